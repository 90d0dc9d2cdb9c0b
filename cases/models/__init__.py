"""Cases, their tasks, what happened, and what a definition was compiled to."""

from cases.models.attachment import Attachment, Note
from cases.models.case import Case, Channel, Status
from cases.models.clock import Clock, Effect, Extension, Hold
from cases.models.compiled import CompiledPlace, CompiledStep
from cases.models.consultation import Consultation
from cases.models.event import Event
from cases.models.report import ExceptionReport, ReportSubscription
from cases.models.satisfaction import SatisfactionRequest
from cases.models.seal import Seal
from cases.models.task import Task

__all__ = [
    "Attachment",
    "Case",
    "Channel",
    "Clock",
    "CompiledPlace",
    "CompiledStep",
    "Consultation",
    "Effect",
    "Event",
    "ExceptionReport",
    "Extension",
    "Hold",
    "Note",
    "ReportSubscription",
    "SatisfactionRequest",
    "Seal",
    "Status",
    "Task",
]
