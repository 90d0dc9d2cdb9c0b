"""Pilots: candidates, criteria, what is watched while they run, what is decided (H2.4)."""

from pilots.models.candidate import DIMENSIONS, Candidate
from pilots.models.criterion import CriteriaLock, Criterion
from pilots.models.decision import Decision, Way
from pilots.models.issue import Issue, IssueKind
from pilots.models.pilot import Pilot, State
from pilots.models.run import Action, Meeting
from pilots.models.spotcheck import Seen, SpotCheck, SpotLine

__all__ = [
    "DIMENSIONS",
    "Action",
    "Candidate",
    "CriteriaLock",
    "Criterion",
    "Decision",
    "Issue",
    "IssueKind",
    "Meeting",
    "Pilot",
    "Seen",
    "SpotCheck",
    "SpotLine",
    "State",
    "Way",
]
