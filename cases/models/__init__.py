"""Cases, their tasks, what happened, and what a definition was compiled to."""

from cases.models.attachment import Attachment, Note
from cases.models.case import Case, Channel, Status
from cases.models.compiled import CompiledPlace, CompiledStep
from cases.models.consultation import Consultation
from cases.models.event import Event
from cases.models.task import Task

__all__ = [
    "Attachment",
    "Case",
    "Channel",
    "CompiledPlace",
    "CompiledStep",
    "Consultation",
    "Event",
    "Note",
    "Status",
    "Task",
]
