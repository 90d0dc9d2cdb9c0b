"""Release: checked, written once, hashed, in force for a scope and a half-open period (F25, F50, W14)."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from processes.domain import releasing
from processes.domain.definition import canonical, hash_of
from processes.domain.drafting import write_draft
from processes.domain.editing import change_draft
from processes.domain.parsing import parse
from processes.domain.releasing import NotReleasable, checks_only, release
from processes.models import Definition, Release, Revision
from processes.models.release import DefinitionBroken
from procstd.errors import DomainError
from procstd.organisation.models import Department, Post
from tests.standards import RELEASED_AT, complaint, process_named, released, standard, step

pytestmark = pytest.mark.django_db
LATER = RELEASED_AT + timedelta(days=30)


def test_a_release_writes_the_definition_once_and_freezes_the_revision(admin_person: object) -> None:
    made = released()

    definition = made.definition
    assert definition.sha256 == hash_of(definition.content) == hash_of(canonical(definition.load()))
    assert (made.valid_from, made.valid_until) == (RELEASED_AT, None)
    assert definition.revision.is_draft is False
    with pytest.raises(TypeError, match="never changed"):
        definition.save()
    with pytest.raises(DomainError, match="released already"):
        release(definition.revision, by=None, at=LATER, gate=checks_only)


def test_a_broken_standard_is_not_released_and_every_fault_is_listed() -> None:
    draft = write_draft(process_named("x"), standard(step("s1", "s1")), by=None, reason="x", at=RELEASED_AT)

    with pytest.raises(NotReleasable) as refusal:
        release(draft, by=None, at=RELEASED_AT, gate=checks_only)

    assert [fault.place for fault in refusal.value.faults] == ["step:s1"]
    assert not Definition.objects.exists()
    assert Revision.objects.get().is_draft


def test_what_cannot_be_compiled_is_not_released(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(definition: Definition, standard: object) -> None:
        raise RuntimeError("no flow")

    monkeypatch.setattr(releasing, "_compilers", [fail])
    draft = write_draft(process_named("x"), standard(step("s1", None)), by=None, reason="x", at=RELEASED_AT)

    with pytest.raises(RuntimeError, match="no flow"):
        release(draft, by=None, at=RELEASED_AT, gate=checks_only)

    assert not Definition.objects.exists()


def test_a_byte_changed_in_the_database_is_noticed_at_load() -> None:
    definition = released().definition
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE processes_definition SET content = %s WHERE id = %s",
            [definition.content.replace("HY-200", "HY-201", 1), definition.pk],
        )

    found = Definition.objects.get(pk=definition.pk)

    assert not found.is_intact
    with pytest.raises(DefinitionBroken):
        found.load()


def test_the_next_version_ends_the_one_before_at_the_same_moment() -> None:
    first = released()
    data = first.definition.load()

    second = released(data, at=LATER)

    first.refresh_from_db()
    assert str(second.definition.revision) == "V1.1"
    assert first.valid_until == second.valid_from == LATER
    in_force = Release.objects.in_force
    assert [list(in_force(at)) for at in (LATER - timedelta(microseconds=1), LATER)] == [[first], [second]]
    # But for its number the text is the same: released text, drafted again, says what it said.
    assert {**second.definition.load(), "number": "1.0"} == data


def test_a_release_to_departments_leaves_the_others_alone() -> None:
    everywhere = released()
    service = Department.objects.get(code="service")

    pilot = released(at=LATER, departments=[service])

    everywhere.refresh_from_db()
    assert everywhere.valid_until is None
    now = Release.objects.in_force(LATER)
    assert set(now.for_department(service.pk)) == {everywhere, pilot}
    assert set(now.for_department(Department.objects.get(code="sales").pk)) == {everywhere}


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"valid_from": RELEASED_AT - timedelta(seconds=1)}, "cannot take effect in the past"),
        ({"valid_until": RELEASED_AT}, "must end after it takes effect"),
    ],
)
def test_impossible_periods_are_refused(facts: dict[str, object], message: str) -> None:
    with pytest.raises(DomainError, match=message):
        released(**facts)  # type: ignore[arg-type]


def test_a_second_release_from_the_same_moment_is_refused() -> None:
    released(valid_from=LATER)

    with pytest.raises(DomainError, match="takes effect there on"):
        released(valid_from=LATER)


def test_building_and_writing_take_a_constant_number_of_statements(django_assert_num_queries: object) -> None:
    from django.test.utils import CaptureQueriesContext

    counts = []
    for code, size in (("small", 1), ("large", 25)):
        keys = [f"s{number}" for number in range(1, size + 1)]
        data = standard(*(step(key, after) for key, after in zip(keys, [*keys[1:], None], strict=True)))
        process = process_named(code)
        with CaptureQueriesContext(connection) as captured:
            draft = write_draft(process, data, by=None, reason="x", at=RELEASED_AT)
            release(draft, by=None, at=RELEASED_AT, gate=checks_only)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_a_definition_reads_back_as_the_standard_that_was_drafted() -> None:
    read = parse(released(complaint()).definition.load())

    assert [step.key for step in read.steps] == [f"s{number}" for number in range(1, 9)]
    assert read.step("s5").posts["A"][0].department == "quality"  # type: ignore[union-attr]
    assert [field.key for field in read.public_form.fields] == ["customer", "contact", "product", "problem", "photo"]  # type: ignore[union-attr]


def test_a_definition_of_an_unknown_schema_is_refused() -> None:
    with pytest.raises(ValueError, match="schema 4"):
        parse({"schema": 4})


def test_a_step_whose_post_or_department_is_abolished_is_not_released() -> None:
    draft = write_draft(process_named("complaint"), complaint(), by=None, reason="x", at=RELEASED_AT)
    Post.objects.filter(code__in=["quality-engineer", "service-supervisor"]).update(is_active=False)
    Department.objects.filter(code="production").update(is_active=False)

    with pytest.raises(NotReleasable) as refusal:
        release(draft, by=None, at=RELEASED_AT, gate=checks_only)

    found = {(fault.place, str(fault.message)) for fault in refusal.value.faults}
    assert {place for place, _text in found} >= {"step:s2", "step:s4", "step:s7", "exceptions"}
    assert ("step:s7", "Step 7: “Production” is abolished.") in found


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time.")
def test_what_is_saved_while_a_release_begins_is_in_the_definition() -> None:
    draft = write_draft(process_named("complaint"), complaint(), by=None, reason="x", at=RELEASED_AT)
    step_row = draft.steps.get(key="s3")
    done: list[Release] = []

    def release_in_another_connection() -> None:
        try:
            done.append(release(draft, by=None, at=RELEASED_AT, gate=checks_only))
        finally:
            connection.close()

    thread = threading.Thread(target=release_in_another_connection)
    with transaction.atomic():
        step_row.title_en = "Dispatch"
        change_draft(draft, saved=[step_row], by=None, reason="x")
        thread.start()
        thread.join(0.5)
        assert done == []  # it waits for who is saving
    thread.join(10)

    assert parse(done[0].definition.load()).step("s3").title.en == "Dispatch"  # type: ignore[union-attr]
