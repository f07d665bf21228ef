from agents.models.correction import Correction
from agents.models.draft import Draft, DraftState
from agents.models.identity_check import CheckState, IdentityCheck
from agents.models.run import PassRecord, Run, RunState
from agents.models.trial import Trial

__all__ = [
    "CheckState",
    "Correction",
    "Draft",
    "DraftState",
    "IdentityCheck",
    "PassRecord",
    "Run",
    "RunState",
    "Trial",
]
