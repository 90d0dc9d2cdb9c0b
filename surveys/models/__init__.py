"""What is found out about a process as it is today."""

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

__all__ = [
    "Dimension",
    "Invitation",
    "PaperCodes",
    "Question",
    "QuestionKind",
    "Questionnaire",
    "Response",
    "Sheet",
    "State",
    "Survey",
    "Ticket",
]
