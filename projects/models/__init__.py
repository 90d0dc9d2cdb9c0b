"""Projects: their team, scope, plan, gates, and what is kept about them."""

from projects.models.gate import Closing, GateOverride
from projects.models.notebook import Entry, EntryKind, Level, Risk, WeeklyStatus
from projects.models.plan import ItemKind, PlanItem
from projects.models.project import Duty, Member, Project, State, Value
from projects.models.scope import DIMENSIONS, Candidate, Choice, Ranking
from projects.models.transfer import Arrival, Export

__all__ = [
    "DIMENSIONS",
    "Arrival",
    "Candidate",
    "Choice",
    "Closing",
    "Duty",
    "Entry",
    "EntryKind",
    "Export",
    "GateOverride",
    "ItemKind",
    "Level",
    "Member",
    "PlanItem",
    "Project",
    "Ranking",
    "Risk",
    "State",
    "Value",
    "WeeklyStatus",
]
