"""What is found out about a process as it is today, and what it says."""

from surveys.models.diagnosis import (
    AsIsStep,
    Baseline,
    Cause,
    Element,
    Ending,
    Evidence,
    Freeze,
    Pain,
    Source,
)
from surveys.models.document import Paper
from surveys.models.guide import GuideQuestion
from surveys.models.interview import Interview, InterviewAnswer, ToldStep
from surveys.models.observation import ANOMALY_MOST, Lap, Observation
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
    "ANOMALY_MOST", "AsIsStep", "Baseline", "Cause", "DepartmentForm", "Dimension", "Element", "Ending", "Evidence",
    "Freeze", "GuideQuestion", "Interview", "InterviewAnswer", "Invitation", "Lap", "Observation", "Pain", "Paper",
    "PaperCodes", "Question", "QuestionKind", "Questionnaire", "Response", "Sheet", "Source", "State", "Survey",
    "Ticket", "ToldStep",
]  # fmt: skip
