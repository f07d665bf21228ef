from agents.models.draft import Draft, DraftState
from agents.models.run import Run, RunState

__all__ = ["Draft", "DraftState", "Run", "RunState"]
