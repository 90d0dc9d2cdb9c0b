"""Nothing is silently dropped: every model and every field goes along, or stays with a reason (F05)."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import models

from procstd.transfer.declared import kind_of, parts, staying

ROOMS = ("processes", "surveys", "projects")
CARRIED = {part.label: part for part in parts()}


def _models() -> list[type[models.Model]]:
    rows = [model for room in ROOMS for model in apps.get_app_config(room).get_models()]
    return [model for model in rows if not model.__name__.startswith("Historical")]


@pytest.mark.parametrize("model", _models(), ids=lambda model: model._meta.label_lower)
def test_every_model_is_carried_or_stays_with_a_reason(model: type[models.Model]) -> None:
    label = model._meta.label_lower

    assert (label in CARRIED) != bool(staying().get(label))


@pytest.mark.parametrize("part", parts(), ids=lambda part: part.label)
def test_every_field_is_carried_or_stays_with_a_reason(part: object) -> None:
    carried = CARRIED[part.label]  # type: ignore[attr-defined]
    every = {one.name for one in (*carried.model._meta.concrete_fields, *carried.model._meta.many_to_many)}
    through = {
        one.name for one in carried.model._meta.many_to_many if one.remote_field.through._meta.label_lower in CARRIED
    }
    known = {one.name for one in (*carried.fields, *carried.many)}
    staying_ = {*carried.but, carried.model._meta.pk.name, *through} | set(carried.file_fields)

    assert known | staying_ == every
    assert all(carried.but.values())


@pytest.mark.parametrize("part", parts(), ids=lambda part: part.label)
def test_every_reference_can_be_written_and_every_json_field_has_a_shape(part: object) -> None:
    carried = CARRIED[part.label]  # type: ignore[attr-defined]

    kinds = {one.name: kind_of(one) for one in (*carried.fields, *carried.many)}
    json_fields = {one.name for one in carried.fields if isinstance(one, models.JSONField)}

    assert all(kinds.values())
    assert json_fields <= set(carried.shapes) <= set(kinds)


def test_what_is_pointed_to_is_written_first() -> None:
    order = {part.label: place for place, part in enumerate(parts())}

    late = [
        (part.label, part.via)
        for part in parts()
        if part.via and order[part.model._meta.get_field(part.via).related_model._meta.label_lower] >= order[part.label]  # type: ignore[union-attr]
    ]

    assert late == []


def test_every_model_with_files_in_these_rooms_brings_them() -> None:
    with_files = {model._meta.label_lower for model in _models() if getattr(model, "has_files", False)} - set(staying())

    known = {"projects.project", "surveys.paper", "surveys.observation"}
    assert with_files == {part.label for part in parts() if part.has_files} == known
