from agents.models.draft import Draft, DraftState
from agents.models.run import PassRecord, Run, RunState
from agents.models.trial import Trial

__all__ = ["Draft", "DraftState", "PassRecord", "Run", "RunState", "Trial"]
