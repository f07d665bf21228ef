from agents.models.action import Action, ActionState, NotAllowed
from agents.models.action_file import ActionFile, Purpose
from agents.models.approval import Approval, Hold
from agents.models.autonomy import Autonomy, Level
from agents.models.consent import Consent
from agents.models.correction import Correction
from agents.models.draft import Draft, DraftState
from agents.models.envelope_run import EnvelopeRun
from agents.models.group_pass import GroupPass
from agents.models.handoff import Handoff
from agents.models.handoff_rule import HandoffRule, Telling
from agents.models.identity_check import CheckState, IdentityCheck
from agents.models.owed import Ended
from agents.models.policy import Change, Policy, PolicyEdit
from agents.models.run import PassRecord, Run, RunState
from agents.models.trial import Trial

__all__ = [
    "Action",
    "ActionFile",
    "ActionState",
    "Approval",
    "Autonomy",
    "Change",
    "CheckState",
    "Consent",
    "Correction",
    "Draft",
    "DraftState",
    "Ended",
    "EnvelopeRun",
    "GroupPass",
    "Handoff",
    "HandoffRule",
    "Hold",
    "IdentityCheck",
    "Level",
    "NotAllowed",
    "PassRecord",
    "Policy",
    "PolicyEdit",
    "Purpose",
    "Run",
    "RunState",
    "Telling",
    "Trial",
]
