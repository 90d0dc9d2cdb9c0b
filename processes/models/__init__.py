"""The catalogue, the drafts of standards, and what is released."""

from processes.models.form import Field, Form
from processes.models.process import Category, Process
from processes.models.release import Definition, Release
from processes.models.revision import Responsibility, Revision, TotalLimit
from processes.models.step import Branch, Duty, ExceptionRule, Outcome, Step, StepPost, Unit

__all__ = [
    "Branch",
    "Category",
    "Definition",
    "Duty",
    "ExceptionRule",
    "Field",
    "Form",
    "Outcome",
    "Process",
    "Release",
    "Responsibility",
    "Revision",
    "Step",
    "StepPost",
    "TotalLimit",
    "Unit",
]
