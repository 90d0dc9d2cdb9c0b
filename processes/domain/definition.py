"""Write a draft as a definition: canonical JSON with stable keys, both languages, no ids."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.db.models import Prefetch

from processes.domain.limitdata import limits_of
from processes.domain.parsing import SCHEMA
from processes.domain.termdata import terms_of
from processes.domain.variants.inheriting import build_variant
from processes.models import Branch, Outcome, Revision, Step, StepPost


def build(revision: Revision) -> dict[str, Any]:
    """Return the definition of *revision* as data; of a variant, what it inherits with what differs (F19).

    A constant number of queries.
    """
    if revision.is_variant:
        return build_variant(revision)
    process = revision.process
    steps = list(
        revision.steps.select_related("form").prefetch_related(
            Prefetch("posts", StepPost.objects.select_related("post", "department")),
            Prefetch(
                "outcomes",
                Outcome.objects.select_related("target").prefetch_related(
                    Prefetch("branches", Branch.objects.select_related("target"))
                ),
            ),
            "exceptions__escalate_to",
            "answers__pain_point",
        )
    )
    return {
        "schema": SCHEMA,
        "process": {"code": process.code, "name": _words(process, "name"), "category": process.category},
        "number": revision.number,
        **{name: _words(revision, name) for name in ("purpose", "scope", "rules", "inputs", "outputs")},
        "responsibilities": [
            {"post": _named(row.post), "department": _named(row.department), "duty": _words(row, "duty")}
            for row in revision.responsibilities.select_related("post", "department")
        ],
        "totals": [
            {
                "limit": {"amount": row.amount, "unit": row.unit},
                "when": {"field": row.field, "value": row.value} if row.field else None,
            }
            for row in revision.totals.all()
        ],
        "forms": [
            {"key": form.key, "name": _words(form, "name"), "fields": [_field(field) for field in form.fields.all()]}
            for form in revision.forms.prefetch_related("fields")
        ],
        "steps": [_step(step) for step in steps],
        "exceptions": [
            {
                "key": f"e{number}",
                "step": step.key,
                "trigger": _words(rule, "trigger"),
                "response": _words(rule, "response"),
                "limit": {"amount": rule.limit_amount, "unit": rule.limit_unit},
                "escalate_to": {"post": _named(rule.escalate_to), "department": None},
                "starts": rule.starts,
            }
            for number, (step, rule) in enumerate(((step, rule) for step in steps for rule in step.exceptions.all()), 1)
        ],
        **limits_of(revision),
        **terms_of(revision),
    }


def canonical(data: dict[str, Any]) -> str:
    """Return *data* as the one text that its hash is taken of: sorted keys, no spaces, UTF-8."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def hash_of(content: str) -> str:
    """Return the SHA-256 of canonical text, in hexadecimal digits."""
    return hashlib.sha256(content.encode()).hexdigest()


def _words(row: Any, name: str) -> dict[str, str]:
    return {"zh": getattr(row, f"{name}_zh"), "en": getattr(row, f"{name}_en")}


def _named(row: Any) -> dict[str, Any] | None:
    return {"code": row.code, "name": _words(row, "name")} if row else None


def _field(field: Any) -> dict[str, Any]:
    return {
        "key": field.key,
        "kind": field.kind,
        "label": _words(field, "label"),
        "help": _words(field, "help"),
        "required": field.is_required,
        "personal": field.is_personal,
        "public": field.is_public,
        "options": field.options,
        "visible": {"field": field.visible_field, "value": field.visible_value} if field.visible_field else None,
    }


def _step(step: Step) -> dict[str, Any]:
    posts: dict[str, list[dict[str, Any]]] = {}
    for row in step.posts.all():
        posts.setdefault(row.duty, []).append({"post": _named(row.post), "department": _named(row.department)})
    return {
        "key": step.key,
        "number": step.number,
        **{name: _words(step, name) for name in ("title", "operation", "example", "inputs", "outputs")},
        "limit": (
            {"amount": step.limit_amount, "unit": step.limit_unit, "from": step.limit_from}
            if step.limit_amount is not None
            else None
        ),
        "form": step.form.key if step.form else None,
        "key_node": step.is_key_node,
        "posts": posts,
        "not_by": step.not_by,
        "group": step.group,
        "lane": step.lane,
        "customer_days": step.customer_days,
        "answers": [row.pain_point.key for row in step.answers.all()],
        "outcomes": [
            {
                "key": outcome.key,
                "label": _words(outcome, "label"),
                "target": outcome.target.key if outcome.target else None,
                "send_back": outcome.is_send_back,
                "branches": [
                    {
                        "field": branch.field,
                        "value": branch.value,
                        "target": branch.target.key if branch.target else None,
                    }
                    for branch in outcome.branches.all()
                ],
            }
            for outcome in step.outcomes.all()
        ],
    }
