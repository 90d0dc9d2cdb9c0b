"""What is found out about a process as it is today."""

from surveys.models.document import Paper
from surveys.models.interview import Interview, ToldStep
from surveys.models.questionnaire import (
    Dimension,
    Invitation,
    PaperCodes,
    Question,
    QuestionKind,
    Questionnaire,
    Response,
    Sheet,
    State,
    Ticket,
)
from surveys.models.survey import Survey
from surveys.models.survey_form import DepartmentForm

__all__ = [
    "DepartmentForm",
    "Dimension",
    "Interview",
    "Invitation",
    "Paper",
    "PaperCodes",
    "Question",
    "QuestionKind",
    "Questionnaire",
    "Response",
    "Sheet",
    "State",
    "Survey",
    "Ticket",
    "ToldStep",
]
