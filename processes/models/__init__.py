"""The catalogue, the drafts of standards, and what is released."""

from processes.models.centre import EntryKind, Favourite, Question, SearchEntry, StepDuty
from processes.models.change import Change, Origin
from processes.models.embed import EmbedToken
from processes.models.form import Field, Form, Kind
from processes.models.limits import Recipient, ResponseLimit, Target, Threshold, ThresholdKind
from processes.models.manual_copy import CopyKind, CopyState, ManualCopy
from processes.models.presence import Presence
from processes.models.process import Category, Process
from processes.models.purpose import Answer, PainPoint
from processes.models.release import Definition, Release
from processes.models.review import COUNTING, Mode, Review, ReviewComment, Reviewer, ReviewerState, ReviewState, Rule
from processes.models.revision import Responsibility, Revision, TotalLimit
from processes.models.signing import Decision, Override, ReviewedText, Signature, Verdict
from processes.models.step import ACTING, Branch, Duty, ExceptionRule, Outcome, Start, Step, StepPost, Unit
from processes.models.suppression import Suppression
from processes.models.terms import GlossaryTerm, Reference
from processes.models.variant import Difference

__all__ = [
    "ACTING",
    "COUNTING",
    "Answer",
    "Branch",
    "Category",
    "Change",
    "CopyKind",
    "CopyState",
    "Decision",
    "Definition",
    "Difference",
    "Duty",
    "EmbedToken",
    "EntryKind",
    "ExceptionRule",
    "Favourite",
    "Field",
    "Form",
    "GlossaryTerm",
    "Kind",
    "ManualCopy",
    "Mode",
    "Origin",
    "Outcome",
    "Override",
    "PainPoint",
    "Presence",
    "Process",
    "Question",
    "Recipient",
    "Reference",
    "Release",
    "ResponseLimit",
    "Responsibility",
    "Review",
    "ReviewComment",
    "ReviewState",
    "ReviewedText",
    "Reviewer",
    "ReviewerState",
    "Revision",
    "Rule",
    "SearchEntry",
    "Signature",
    "Start",
    "Step",
    "StepDuty",
    "StepPost",
    "Suppression",
    "Target",
    "Threshold",
    "ThresholdKind",
    "TotalLimit",
    "Unit",
    "Verdict",
]
