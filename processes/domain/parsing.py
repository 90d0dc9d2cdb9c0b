"""Read a definition's data into a Standard."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from processes.domain.standard import (
    Branch,
    Clockwork,
    Condition,
    Dissatisfaction,
    ExceptionRule,
    Field,
    Form,
    Limit,
    Outcome,
    Place,
    Reference,
    Response,
    Responsibility,
    Standard,
    Step,
    Term,
    Threshold,
    Total,
    Variant,
    Words,
)

#: The shape of definitions that this software writes; it reads the older ones too. 2 added what clocks need,
#: 3 glossary, referenced rules, and which step answers which pain point.
SCHEMA = 3

Data = Mapping[str, Any]


def parse(data: Data) -> Standard:
    """Return the Standard that *data* (a definition) describes. Raises ValueError for another schema."""
    if data.get("schema") not in range(1, SCHEMA + 1):
        raise ValueError(f"A definition of schema {data.get('schema')!r} cannot be read; 1 to {SCHEMA} can.")
    process = data["process"]
    return Standard(
        code=process["code"],
        name=Words.of(process["name"]),
        category=process["category"],
        number=data["number"],
        **{name: Words.of(data[name]) for name in ("purpose", "scope", "rules", "inputs", "outputs")},
        responsibilities=tuple(
            Responsibility(
                _words(row["post"]),
                _words(row["department"]),
                Words.of(row["duty"]),
                _code(row["post"]),
                _code(row["department"]),
            )
            for row in data["responsibilities"]
        ),
        totals=tuple(Total(_limit(row["limit"]), _condition(row["when"])) for row in data["totals"]),
        forms=tuple(_form(row) for row in data["forms"]),
        steps=tuple(_step(row) for row in data["steps"]),
        exceptions=tuple(
            ExceptionRule(
                step=row["step"],
                trigger=Words.of(row["trigger"]),
                response=Words.of(row["response"]),
                limit=_limit(row["limit"]),
                escalate_to=_place(row["escalate_to"]),
                key=row.get("key", f"e{number}"),
                starts=row.get("starts", ""),
            )
            for number, row in enumerate(data["exceptions"], 1)
        ),
        responses=tuple(
            Response(_limit(row["limit"]), row["until"], _condition(row["when"])) for row in data.get("responses", ())
        ),
        thresholds={
            target: tuple(sorted((_threshold(row) for row in rows), key=_rank))
            for target, rows in data.get("thresholds", {}).items()
        },
        clockwork=Clockwork(**data.get("clockwork", {})),
        recipient_posts={row["code"]: Words.of(row["name"]) for row in data.get("recipient_posts", ())},
        dissatisfaction=Dissatisfaction(**data["dissatisfaction"]) if data.get("dissatisfaction") else None,
        glossary=tuple(
            Term(f"t{number}", Words.of(row["term"]), Words.of(row["meaning"]))
            for number, row in enumerate(data.get("glossary", ()), 1)
        ),
        references=tuple(
            Reference(Words.of(row["title"]), Words.of(row["note"])) for row in data.get("references", ())
        ),
        pain_points={row["key"]: Words.of(row["text"]) for row in data.get("pain_points", ())},
        variant=_variant(data["variant"]) if data.get("variant") else None,
    )


def _variant(row: Data) -> Variant:
    hall = row["department"]
    return Variant(row["of"]["number"], row["of"]["sha256"], hall["code"], Words.of(hall["name"]))


def _threshold(row: Data) -> Threshold:
    return Threshold(row["kind"], tuple(row["recipients"]), row.get("percent", 0), row.get("minutes", 0))


def _rank(threshold: Threshold) -> tuple[int, int, int]:
    """Return the order in which thresholds are reached: warnings, the breach, escalations."""
    return ("warn", "breach", "escalate").index(threshold.kind), threshold.percent, threshold.minutes


def _words(row: Data | None) -> Words | None:
    return Words.of(row["name"]) if row else None


def _code(row: Data | None) -> str | None:
    return row["code"] if row else None


def _limit(row: Data) -> Limit:
    return Limit(row["amount"], row["unit"], row.get("from", ""))


def _condition(row: Data | None) -> Condition | None:
    return Condition(row["field"], row["value"]) if row else None


def _place(row: Data) -> Place:
    department = row.get("department")
    return Place(
        post=row["post"]["code"],
        name=Words.of(row["post"]["name"]),
        department=department["code"] if department else None,
        department_name=Words.of(department["name"]) if department else None,
    )


def _form(row: Data) -> Form:
    return Form(
        key=row["key"],
        name=Words.of(row["name"]),
        fields=tuple(
            Field(
                key=field["key"],
                kind=field["kind"],
                label=Words.of(field["label"]),
                help=Words.of(field["help"]),
                is_required=field["required"],
                is_personal=field["personal"],
                is_public=field["public"],
                options=tuple((option["key"], Words.of(option)) for option in field["options"]),
                visible_if=(field["visible"]["field"], field["visible"]["value"]) if field["visible"] else None,
            )
            for field in row["fields"]
        ),
    )


def _step(row: Data) -> Step:
    return Step(
        key=row["key"],
        number=row["number"],
        **{name: Words.of(row[name]) for name in ("title", "operation", "example", "inputs", "outputs")},
        limit=_limit(row["limit"]) if row["limit"] else None,
        form=row["form"],
        is_key_node=row["key_node"],
        posts={duty: tuple(_place(place) for place in places) for duty, places in row["posts"].items()},
        outcomes=tuple(
            Outcome(
                key=outcome["key"],
                label=Words.of(outcome["label"]),
                target=outcome["target"],
                is_send_back=outcome["send_back"],
                branches=tuple(
                    Branch(Condition(branch["field"], branch["value"]), branch["target"])
                    for branch in outcome["branches"]
                ),
            )
            for outcome in row["outcomes"]
        ),
        not_by=row["not_by"],
        group=row["group"],
        lane=row["lane"],
        customer_days=row.get("customer_days", 0),
        answers=tuple(row.get("answers", ())),
    )
