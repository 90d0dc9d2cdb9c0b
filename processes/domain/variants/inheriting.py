"""A variant as data: the definition that it varies with its differences, which are applied here and nowhere else."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

from processes.domain.variants.places import Data, Names, places_of, write_value
from processes.models import Definition, Difference, Process, Revision
from procstd.organisation.models import Department, Post


def inherited(revision: Revision) -> dict[str, Any]:
    """Return the definition that *revision*, a variant, varies. Raises DefinitionBroken when a byte was changed."""
    if revision.variant_of is None:
        raise ValueError(f"{revision} is no variant.")
    return revision.variant_of.load()


def build_variant(revision: Revision) -> dict[str, Any]:
    """Return the definition of a variant as data: whole, so that whatever reads it knows nothing of variants.

    ``variant`` names what it is a variant of, by number and hash, and its department.
    """
    differences = list(revision.differences.all())
    data = with_differences(inherited(revision), differences, names_in(differences))
    hall: Any = revision.variant_for
    data["number"] = revision.number
    data["variant"] = {
        "of": {"number": revision.whole_number, "sha256": revision.variant_of.sha256},  # type: ignore[union-attr]
        "department": _named(hall),
    }
    return data


def with_differences(data: Data, differences: Iterable[Difference], names: Names) -> dict[str, Any]:
    """Return a copy of *data* that says at the place of each difference what the difference says."""
    made: dict[str, Any] = copy.deepcopy(dict(data))
    places = {place.key: place for place in places_of(made)}
    for row in differences:
        place = places[row.place]
        varying = place.field(row.field)
        if varying is None:
            raise ValueError(f"“{row.field}” cannot vary at {row.place}.")
        write_value(place.row, varying, row.value, names)
    return made


def names_in(differences: Iterable[Difference]) -> Names:
    """Return the posts and departments that *differences* name, as they are called now. Two statements."""
    posts: set[str] = set()
    halls: set[str] = set()
    for row in differences:
        if isinstance(row.value, list):
            posts.update(place["post"] for place in row.value)
            halls.update(place["department"] for place in row.value if place["department"])
        elif isinstance(row.value, str):
            posts.add(row.value)
    departments = Department.objects.without_tree_fields().filter(code__in=halls)
    return Names(
        {row.code: _named(row) for row in Post.objects.filter(code__in=posts)},
        {row.code: _named(row) for row in departments},
    )


def _named(row: Any) -> dict[str, Any]:
    return {"code": row.code, "name": {"zh": row.name_zh, "en": row.name_en}}


def newest_definition(process: Process) -> Definition | None:
    """Return the definition of the newest released version of *process* that is no variant."""
    found = Definition.objects.filter(revision__process=process, revision__variant_for=None)
    return found.select_related("revision").order_by("-revision__major", "-revision__minor").first()


def newest_variant(process: Process, department: Department) -> Revision | None:
    """Return the newest variant of *process* for *department*, a draft before what is released."""
    found = process.revisions.filter(variant_for=department).select_related("variant_of", "variant_for", "process")
    return found.order_by("-major", "-minor", "-issue").first()
