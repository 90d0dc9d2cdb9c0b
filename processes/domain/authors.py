"""Who wrote a draft: they can neither approve nor sign it, in whatever part they come (F22, W4)."""

from __future__ import annotations

from typing import Any

from django.db.models import Min
from django.utils.translation import gettext_lazy as _

from processes.models import (
    Answer,
    Branch,
    Difference,
    ExceptionRule,
    Field,
    Form,
    GlossaryTerm,
    Outcome,
    Reference,
    ResponseLimit,
    Responsibility,
    Revision,
    Step,
    StepPost,
    Threshold,
    TotalLimit,
)
from procstd.errors import DomainError
from procstd.logs import security_log


def authors_of(revision: Revision) -> frozenset[int]:
    """Return the ids of those who began the draft or ever saved or deleted a row of it, by its history. One statement.

    A row that was deleted or changed back still names who touched it.
    """
    texts = Revision.history.filter(id=revision.pk)
    # Acts of review, signature and release save the revision too; only a change of its text raises the edition.
    first = texts.order_by().values("edition").annotate(first=Min("history_id")).values("first")
    people = _people(texts.filter(history_id__in=first))
    for model in (
        Responsibility,
        TotalLimit,
        ResponseLimit,
        Threshold,
        GlossaryTerm,
        Reference,
        Form,
        Step,
        Difference,
    ):
        people = people.union(_people(model.history.filter(revision_id=revision.pk)))
    forms = Form.history.filter(revision_id=revision.pk).values("id")
    steps = Step.history.filter(revision_id=revision.pk).values("id")
    outcomes = Outcome.history.filter(step_id__in=steps).values("id")
    people = people.union(
        _people(Field.history.filter(form_id__in=forms)),
        *(_people(model.history.filter(step_id__in=steps)) for model in (StepPost, Outcome, ExceptionRule, Answer)),
        _people(Branch.history.filter(outcome_id__in=outcomes)),
    )
    return frozenset(pk for pk in people if pk is not None)


def _people(rows: Any) -> Any:
    return rows.order_by().values_list("history_user_id", flat=True)


def refuse_author(person: Any, authors: frozenset[int], *, field: str | None = None) -> None:
    """Refuse *person* as one who approves or signs what he or she wrote."""
    if person.pk in authors:
        security_log.warning("author_refused", user=person.pk)
        raise DomainError(
            _("%(person)s wrote part of this text. Who wrote it cannot approve or sign it.") % {"person": person},
            field=field,
        )
