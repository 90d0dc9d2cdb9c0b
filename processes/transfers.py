"""What goes with a project of its processes (F05): the catalogue entry, and of those standardized their standards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from processes.domain.parsing import parse
from processes.domain.taking_over import take_over
from processes.models import (
    Answer,
    Branch,
    Change,
    Decision,
    Definition,
    Difference,
    EmbedToken,
    ExceptionRule,
    Favourite,
    Field,
    Form,
    GlossaryTerm,
    ManualCopy,
    Outcome,
    Override,
    PainPoint,
    Presence,
    Process,
    Question,
    Reference,
    Release,
    ResponseLimit,
    Responsibility,
    Review,
    ReviewComment,
    ReviewedText,
    Reviewer,
    Revision,
    SearchEntry,
    Signature,
    Step,
    StepDuty,
    StepPost,
    Suppression,
    Threshold,
    TotalLimit,
)
from procstd.transfer.declared import Carried, Scope, carry, is_facts, is_options, is_texts, stays


def _chosen(model: type[models.Model]) -> Callable[[Scope], Any]:
    return lambda scope: model._base_manager.filter(process__in=scope.chosen)


def _standards(model: type[models.Model], title: Any, via: str = "revision", **more: Any) -> Carried:
    return Carried(model, title, via=via, **more)


def is_standard(data: Any) -> bool:
    """Tell whether the text of a standard can be read."""
    try:
        return bool(parse(data).code)
    except Exception:  # over a text that somebody made up nearly anything is raised
        return False


def _take_over(definitions: Sequence[Definition]) -> None:
    for definition in definitions:
        take_over(definition)


_TEXT, _REVIEW = _("rows of standards"), _("reviews and signatures of standards")
carry(
    Carried(Process, _("processes"), of=lambda scope: Process.objects.filter(pk__in=scope.processes)),
    Carried(
        PainPoint, _("pain points of standards"), via="process", of=_chosen(PainPoint),
        twin=("key", "text_zh", "text_en"),
    ),
    Carried(Question, _("questions with answers"), via="process", of=_chosen(Question)),
    Carried(Revision, _("versions of standards"), via="process", of=_chosen(Revision)),
    _standards(Definition, _("released texts"), shapes={"content": is_standard}, after=_take_over),
    _standards(Responsibility, _TEXT),
    _standards(TotalLimit, _TEXT),
    _standards(ResponseLimit, _TEXT),
    _standards(Threshold, _TEXT, shapes={"recipients": is_texts}),
    _standards(GlossaryTerm, _TEXT),
    _standards(Reference, _TEXT),
    _standards(Difference, _TEXT, shapes={"value": lambda value: True}),
    _standards(Suppression, _TEXT),
    _standards(Form, _TEXT),
    _standards(Field, _TEXT, "form", shapes={"options": is_options}),
    _standards(Step, _("steps of standards")),
    _standards(StepPost, _TEXT, "step"),
    _standards(Outcome, _TEXT, "step"),
    _standards(Branch, _TEXT, "outcome"),
    _standards(ExceptionRule, _TEXT, "step"),
    _standards(Answer, _TEXT, "step"),
    _standards(Change, _("changes with their origins"), shapes={"anchors": is_texts}),
    _standards(Review, _REVIEW),
    _standards(Reviewer, _REVIEW, "review"),
    _standards(ReviewComment, _REVIEW, "review"),
    _standards(ReviewedText, _REVIEW, shapes={"content": is_standard}),
    _standards(Decision, _REVIEW, "reviewer", shapes={"answers": is_facts}),
    _standards(Signature, _REVIEW),
    _standards(Override, _REVIEW),
    Carried(Release, _("releases"), via="process", of=_chosen(Release)),
)  # fmt: skip

stays("made anew from released texts and questions", SearchEntry, StepDuty)
stays("what people marked for themselves", Favourite)
stays("who has a draft open at this moment", Presence)
stays(
    "the right of another system to show a manual of this house; only a fingerprint of its secret is known", EmbedToken
)
stays("paper in the hands of people of this house; it is recalled where it was handed out", ManualCopy)
