"""A draft's glossary, referenced rules and pain points as data and back; see the models in terms.py and purpose.py."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from processes.models import Answer, GlossaryTerm, PainPoint, Process, Reference, Revision, Step

Data = Mapping[str, Any]


def terms_of(revision: Revision) -> dict[str, Any]:
    """Return what a definition says of terms, references and pain points. Three queries."""
    terms, references = revision.glossary.all(), revision.references.all()
    return {
        "glossary": [{"term": _words(row, "term"), "meaning": _words(row, "meaning")} for row in terms],
        "references": [{"title": _words(row, "title"), "note": _words(row, "note")} for row in references],
        "pain_points": [{"key": row.key, "text": _words(row, "text")} for row in revision.process.pain_points.all()],
    }


def write_terms(revision: Revision, data: Data, *, save: Callable[[Any], Any]) -> None:
    """Write the rows of *data*'s glossary and references by *save*, which takes rows of one model."""
    save(
        GlossaryTerm(revision=revision, order=order, **both(row["term"], "term"), **both(row["meaning"], "meaning"))
        for order, row in enumerate(data.get("glossary", ()))
    )
    save(
        Reference(revision=revision, order=order, **both(row["title"], "title"), **both(row.get("note"), "note"))
        for order, row in enumerate(data.get("references", ()))
    )


def write_answers(
    process: Process, steps: Mapping[str, Step], data: Data, *, save: Callable[[Any], Any]
) -> dict[str, PainPoint]:
    """Say which step answers which pain point; those that the process does not have yet are written."""
    known = {row.key: row for row in process.pain_points.all()}
    rows: Iterable[Data] = data.get("pain_points", ())
    made = save(
        PainPoint(process=process, key=row["key"], **both(row["text"], "text"), **both(row.get("evidence"), "evidence"))
        for row in rows
        if row["key"] not in known
    )
    known |= {row.key: row for row in made}
    save(
        Answer(step=steps[row["key"]], pain_point=known[key])
        for row in data.get("steps", ())
        for key in dict.fromkeys(row.get("answers", ()))
        if key in known
    )
    return known


def both(words: Data | None, name: str) -> dict[str, str]:
    """Return the two columns of *name*."""
    words = words or {}
    return {f"{name}_zh": words.get("zh", ""), f"{name}_en": words.get("en", "")}


def _words(row: Any, name: str) -> dict[str, str]:
    return {"zh": getattr(row, f"{name}_zh"), "en": getattr(row, f"{name}_en")}
