"""Write drafts: from data (a starter, an import, the released text to revise) into rows that people edit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from processes.domain.checker.suppressing import carry_over
from processes.domain.limitdata import own_limits, write_limits
from processes.domain.termdata import both, write_answers, write_terms
from processes.models import (
    Branch,
    ExceptionRule,
    Field,
    Form,
    Outcome,
    Process,
    Responsibility,
    Revision,
    Step,
    StepPost,
    TotalLimit,
)
from processes.models.revision import State
from procstd import history
from procstd.errors import DomainError
from procstd.logs import log
from procstd.organisation.models import Department, Post

Data = Mapping[str, Any]


@transaction.atomic
def write_draft(process: Process, data: Data, *, by: Any, reason: str, at: datetime, major: bool = False) -> Revision:
    """Make a new draft of *process* from a definition's *data*; its number follows the latest one.

    The first is 1.0; later ones raise the minor number, or the major one with *major*. Refuses a
    second open draft, and posts or departments that do not exist.
    """
    process = Process.objects.select_for_update().get(pk=process.pk)
    if process.revisions.whole().exclude(state=State.RELEASED).exists():
        raise DomainError(_("There is a draft already; finish or delete it first."))
    writer = _Writer(data, by=by, reason=reason)
    revision = writer.write_revision(process, _next_number(process, major=major), at)
    carry_over(revision, by=by, reason=reason, at=at)
    log.info("draft_written", process=process.pk, revision=revision.pk)
    return revision


def write_steps(revision: Revision, data: Data, *, by: Any, reason: str) -> None:
    """Write the steps and exceptions of *data* into a draft that has none; its forms stay."""
    _Writer(data, by=by, reason=reason)._write_steps(revision, {form.key: form for form in revision.forms.all()})


def _next_number(process: Process, *, major: bool) -> tuple[int, int]:
    latest = process.revisions.whole().aggregate(major=Max("major"))["major"]
    if latest is None:
        return 1, 0
    if major:
        return latest + 1, 0
    return latest, process.revisions.whole().filter(major=latest).aggregate(minor=Max("minor"))["minor"] + 1


class _Writer:
    """Writes the rows of one draft, in a number of statements that does not grow with the steps."""

    def __init__(self, data: Data, *, by: Any, reason: str) -> None:
        self.data, self.by, self.reason = data, by, reason
        self.posts = {row.code: row for row in Post.objects.all()}
        self.departments = {row.code: row for row in Department.objects.without_tree_fields()}

    def write_revision(self, process: Process, number: tuple[int, int], at: datetime) -> Revision:
        texts: dict[str, str] = {}
        for name in ("purpose", "scope", "rules", "inputs", "outputs"):
            texts |= both(self.data.get(name), name)
        revision = Revision(
            process=process, major=number[0], minor=number[1], created_at=at, **own_limits(self.data), **texts
        )
        history.save(revision, by=self.by, reason=self.reason)
        self._save(
            Responsibility(
                revision=revision,
                order=order,
                post=self._post(row.get("post")),
                department=self._department(row.get("department")),
                **both(row["duty"], "duty"),
            )
            for order, row in enumerate(self.data.get("responsibilities", ()))
        )
        self._save(
            TotalLimit(
                revision=revision,
                amount=row["limit"]["amount"],
                unit=row["limit"]["unit"],
                field=row["when"]["field"] if row.get("when") else "",
                value=row["when"]["value"] if row.get("when") else "",
            )
            for row in self.data.get("totals", ())
        )
        write_limits(revision, self.data, posts=self.posts, save=self._save)
        write_terms(revision, self.data, save=self._save)
        forms = self._write_forms(revision)
        self._write_steps(revision, forms)
        return revision

    def _save(self, rows: Any) -> Any:
        made = list(rows)
        history.save_many(made, by=self.by, reason=self.reason)
        return made

    def _post(self, row: Data | None) -> Post | None:
        return self._found(self.posts, row, _("There is no post with the code “%(code)s”."))

    def _department(self, row: Data | None) -> Department | None:
        return self._found(self.departments, row, _("There is no department with the code “%(code)s”."))

    def _found(self, known: Mapping[str, Any], row: Data | None, sentence: Any) -> Any:
        if row is None:
            return None
        if row["code"] not in known:
            raise DomainError(sentence % {"code": row["code"]})
        return known[row["code"]]

    def _write_forms(self, revision: Revision) -> dict[str, Form]:
        rows: Sequence[Data] = self.data.get("forms", ())
        forms = self._save(Form(revision=revision, key=row["key"], **both(row["name"], "name")) for row in rows)
        self._save(
            Field(
                form=form,
                key=field["key"],
                order=order,
                kind=field["kind"],
                is_required=field.get("required", True),
                is_personal=field.get("personal", False),
                is_public=field.get("public", False),
                options=field.get("options", []),
                visible_field=field["visible"]["field"] if field.get("visible") else "",
                visible_value=field["visible"]["value"] if field.get("visible") else "",
                **both(field["label"], "label"),
                **both(field.get("help"), "help"),
            )
            for form, row in zip(forms, rows, strict=True)
            for order, field in enumerate(row["fields"])
        )
        return {form.key: form for form in forms}

    def _write_steps(self, revision: Revision, forms: Mapping[str, Form]) -> None:
        rows: Sequence[Data] = self.data.get("steps", ())
        steps: dict[str, Step] = {
            step.key: step for step in self._save(self._step(revision, row, forms) for row in rows)
        }
        self._save(
            StepPost(
                step=steps[row["key"]],
                post=self._post(place["post"]),
                department=self._department(place.get("department")),
                duty=duty,
            )
            for row in rows
            for duty, places in row.get("posts", {}).items()
            for place in places
        )
        pairs = [(row, outcome) for row in rows for outcome in row.get("outcomes", ())]
        outcomes = self._save(
            Outcome(
                step=steps[row["key"]],
                key=outcome["key"],
                order=order,
                target=steps.get(outcome["target"]),
                is_send_back=outcome.get("send_back", False),
                **both(outcome["label"], "label"),
            )
            for order, (row, outcome) in enumerate(pairs)
        )
        self._save(
            Branch(
                outcome=made,
                order=order,
                field=branch["field"],
                value=branch["value"],
                target=steps.get(branch["target"]),
            )
            for made, (_row, outcome) in zip(outcomes, pairs, strict=True)
            for order, branch in enumerate(outcome.get("branches", ()))
        )
        self._save(
            ExceptionRule(
                step=steps[row["step"]],
                limit_amount=row["limit"]["amount"],
                limit_unit=row["limit"]["unit"],
                starts=row.get("starts", ""),
                escalate_to=self._post(row["escalate_to"]["post"]),
                **both(row["trigger"], "trigger"),
                **both(row["response"], "response"),
            )
            for row in self.data.get("exceptions", ())
        )
        write_answers(revision.process, steps, self.data, save=self._save)

    def _step(self, revision: Revision, row: Data, forms: Mapping[str, Form]) -> Step:
        limit = row.get("limit") or {}
        texts: dict[str, str] = {}
        for name in ("title", "operation", "example", "inputs", "outputs"):
            texts |= both(row.get(name), name)
        return Step(
            revision=revision,
            key=row["key"],
            number=row["number"],
            limit_amount=limit.get("amount"),
            limit_unit=limit.get("unit", "working_hours"),
            limit_from=limit.get("from", ""),
            form=forms[row["form"]] if row.get("form") else None,
            is_key_node=row.get("key_node", False),
            not_by=row.get("not_by", ""),
            group=row.get("group"),
            lane=row.get("lane", 1),
            customer_days=row.get("customer_days", 0),
            **texts,
        )
