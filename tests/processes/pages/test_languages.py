"""Both languages of a draft side by side (F36): every text, what lacks, what is behind, and how it is written."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from processes.domain.definition import build
from processes.domain.drafting import write_draft
from processes.domain.languages import Pair, groups_of, lacking
from processes.domain.operations import apply_operations
from processes.domain.progress import untranslated
from processes.domain.sheet import Sheet
from processes.models import ExceptionRule, Field, GlossaryTerm, Revision
from procstd.roles import Role
from tests.processes.pages.desk import person_as
from tests.standards import RELEASED_AT, complaint, organisation, process_named, standard, step

pytestmark = pytest.mark.django_db
ADDRESS = "/processes/complaint/1.0/languages/"


@pytest.fixture
def draft() -> Revision:
    organisation()
    return write_draft(process_named("complaint"), complaint(), by=None, reason="Test", at=RELEASED_AT)


@pytest.fixture
def writer(signed_in: Any) -> Client:
    client: Client = signed_in(person_as(Role.PROCESS_SPECIALIST, username="he.lin", name_en="He Lin", language="en"))
    return client


def pairs(draft: Revision) -> dict[tuple[str, str], Pair]:
    groups = groups_of(Sheet(Revision.objects.select_related("process").get(pk=draft.pk)))
    return {(pair.row, pair.name): pair for group in groups for pair in group.pairs}


def put(draft: Revision, *cells: tuple[str, str, str]) -> Any:
    operations = [{"op": "set", "row": row, "field": name, "value": value} for row, name, value in cells]
    return apply_operations(draft, operations, by=None, at=RELEASED_AT)


def test_every_text_can_be_emptied_and_is_counted_as_the_progress_counts(draft: Revision) -> None:
    rows = pairs(draft)
    kinds = {row.partition(":")[0] for row, _name in rows}
    assert kinds == {"elements", "responsibility", "outcome", "exception", "form", "term", "reference", "pain"} | {
        f"s{number}" for number in range(1, 9)
    }

    done = put(draft, *((pair.row, pair.cells["en"], "") for pair in rows.values()))

    # What must be written at all says so; the rest is empty now.
    needed = {(row["row"], row["field"]) for row in done.refused}
    left = pairs(draft)
    assert all(
        pair.lacks == "en" for pair in left.values() if pair.zh.strip() and (pair.row, pair.cells["en"]) not in needed
    )
    counted = lacking(groups_of(Sheet(Revision.objects.select_related("process").get(pk=draft.pk))))
    evidence = sum(pair.lacks == "en" for pair in left.values() if pair.name == "evidence")
    fresh = Revision.objects.select_related("process").get(pk=draft.pk)
    assert counted["en"] - evidence == untranslated(build(fresh))["en"] > 40


def test_each_kind_of_text_is_written_kept_in_the_history_and_undone(draft: Revision) -> None:
    field = Field.objects.get(key="grade")
    rule, term = ExceptionRule.objects.first(), GlossaryTerm.objects.first()
    assert rule is not None
    assert term is not None
    way = Sheet(draft).outcomes["s1"][0]
    cells = [
        (f"exception:{rule.pk}", "trigger_en", "Something lacks"), (f"term:{term.pk}", "meaning_en", "New meaning"),
        (f"outcome:s1:{way.key}", "label_en", "Onwards"), ("form:grading:grade", "option:urgent:en", "Very urgent"),
    ]  # fmt: skip
    assert field.form.key == "grading"

    done = put(draft, *cells)

    assert done.refused == []
    now = Sheet(Revision.objects.get(pk=draft.pk))
    values = [now.row(row) for row, _name, _value in cells]
    assert [values[0].trigger_en, values[1].meaning_en, values[2].label_en] == [
        "Something lacks",
        "New meaning",
        "Onwards",
    ]
    assert {"key": "urgent", "zh": "紧急", "en": "Very urgent"} in values[3].options
    assert rule.history.count() == 2
    undone = apply_operations(draft, done.undo, by=None, at=RELEASED_AT)
    assert (undone.refused, undone.conflicts) == ([], [])
    rule.refresh_from_db()
    assert rule.trigger_en == ExceptionRule.history.filter(id=rule.pk).earliest("history_id").trigger_en


def test_rows_of_another_draft_do_not_exist_here(draft: Revision) -> None:
    other = write_draft(process_named("other"), complaint(), by=None, reason="Test", at=RELEASED_AT)
    rule = ExceptionRule.objects.filter(step__revision=other).first()
    assert rule is not None

    done = put(
        draft,
        (f"exception:{rule.pk}", "trigger_en", "Stolen"),
        ("exception:x", "trigger_en", "?"),
        ("term:", "term_en", "?"),
    )

    assert len(done.refused) == 3
    assert not ExceptionRule.objects.filter(trigger_en="Stolen").exists()


def test_options_keep_their_keys_and_are_never_empty(draft: Revision) -> None:
    row = "form:grading:grade"

    done = put(
        draft,
        (row, "option:urgent:zh", " "),
        (row, "option:nothing:zh", "x"),
        (row, "option:urgent:fr", "x"),
        (row, "option:urgent:zh", "x" * 81),
    )

    assert len(done.refused) == 4


def test_a_text_changed_since_its_translation_is_marked_until_the_other_follows(draft: Revision) -> None:
    def behind() -> str:
        return pairs(draft)["s1", "title"].behind

    assert behind() == ""
    put(draft, ("s1", "title_zh", "受理客户投诉"))
    assert behind() == "en"
    put(draft, ("s1", "operation_zh", "另一段"))
    assert behind() == "en"
    put(draft, ("s1", "title_en", "Receive a customer's complaint"))
    assert behind() == ""
    put(draft, ("s1", "title_en", ""))
    put(draft, ("s1", "title_zh", "受理"))
    assert behind() == ""
    put(draft, ("s1", "title_en", "Receive"))
    assert behind() == ""
    put(draft, ("s1", "title_en", "Take in"))
    assert behind() == "zh"


def _form(writer: Client, address: str = ADDRESS) -> dict[str, str]:
    """Return what the page's form would send if nothing was changed."""
    groups = writer.get(address).context["groups"]
    data = {}
    for pair in (pair for group in groups for pair in group.pairs):
        for end, cell in pair.cells.items():
            data[f"text|{pair.row}|{cell}"] = data[f"was|{pair.row}|{cell}"] = getattr(pair, end)
    return data


def test_without_script_the_form_saves_what_was_changed(draft: Revision, writer: Client) -> None:
    data = _form(writer)
    edition = Revision.objects.get().edition

    assert writer.post(ADDRESS, data).status_code == 302
    assert Revision.objects.get().edition == edition
    writer.post(ADDRESS, {**data, "text|s2|title_en": "Grade it\r\n", "reason": "Clearer"})

    assert Revision.objects.get().steps.get(key="s2").title_en == "Grade it"
    assert Revision.objects.get().history.first().history_change_reason == "Clearer"


def test_what_another_wrote_meanwhile_is_shown_beside_the_field_and_nothing_is_lost(
    draft: Revision, writer: Client
) -> None:
    data = _form(writer)
    put(draft, ("s2", "title_en", "Theirs"))

    answer = writer.post(ADDRESS, {**data, "text|s2|title_en": "Mine", "text|s3|title_en": "x" * 500})

    text = answer.content.decode()
    assert answer.status_code == 200
    assert "Theirs" in text
    assert ">\nMine</textarea>" in text
    assert 'aria-invalid="true"' in text
    assert "x" * 500 in text


def test_more_changes_than_fit_in_one_act_are_refused_and_none_is_lost(
    draft: Revision, writer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = _form(writer)
    monkeypatch.setattr("processes.domain.operations.MOST_OPERATIONS", 0)

    answer = writer.post(ADDRESS, {**data, "text|s2|title_en": "Mine"})

    assert "Too many changes at once" in answer.content.decode()
    assert ">\nMine</textarea>" in answer.content.decode()
    assert Revision.objects.get().steps.get(key="s2").title_en != "Mine"


def test_only_what_lacks_is_shown_on_request(draft: Revision, writer: Client) -> None:
    put(draft, ("s1", "example_en", ""), ("elements", "rules_zh", ""))

    answer = writer.get(f"{ADDRESS}?show=missing")

    shown = [(pair.row, pair.name, pair.lacks) for group in answer.context["groups"] for pair in group.pairs]
    assert shown == [("elements", "rules", "zh"), ("s1", "example", "en")]
    assert answer.context["lacking"] == 2
    put(draft, ("s1", "example_en", "As usual"), ("elements", "rules_zh", "规范"))
    assert "Everything is written in both languages" in writer.get(f"{ADDRESS}?show=missing").content.decode()


def test_a_released_version_has_no_such_page(writer: Client) -> None:
    from tests.standards import released

    released()

    assert writer.get(ADDRESS).status_code == 404


def test_a_draft_of_thirty_steps_asks_as_much_as_one_of_one(writer: Client) -> None:
    counts = []
    for code, count in (("one", 1), ("thirty", 30)):
        rows = [step(f"s{n}", f"s{n + 1}" if n < count else None) for n in range(1, count + 1)]
        write_draft(process_named(code), standard(*rows), by=None, reason="Test", at=RELEASED_AT)
        address = f"/processes/{code}/1.0/languages/"
        writer.get(address)
        with CaptureQueriesContext(connection) as asked:
            writer.get(address)
        counts.append(len(asked))

    assert counts[0] == counts[1]
    assert counts[0] < 45
