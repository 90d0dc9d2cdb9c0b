"""What is typed finds the place: on both databases, whatever it is; and nothing that is not in force for one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.domain.opening import release_for
from processes.domain.definition import hash_of
from processes.domain.indexing import EDITION, index_definition, repair_index
from processes.domain.releasing import checks_only, release
from processes.models import EntryKind, Process, SearchEntry
from processes.queries.inforce import departments_of, in_force_for, standings
from processes.queries.search import entries_of, search
from procstd.bigrams import index_words, terms_of
from procstd.organisation.models import Department
from tests.standards import RELEASED_AT, complaint, holder, process_named, released, standard, step, words
from tests.variants import variant

pytestmark = pytest.mark.django_db
NOW = RELEASED_AT + timedelta(days=1)


def find(question: str, departments: Any = None, **narrowed: Any) -> Any:
    found = in_force_for(standings(NOW), departments)
    processes = Process.objects.filter(is_active=True).values_list("pk", flat=True)
    rows = entries_of({row.definition for row in found}, list(processes), **narrowed)
    return search(rows, terms_of(question), most=20)


def places(found: Any) -> list[str]:
    return [f"{row.process.code} {row.place}".strip() for rows in found.rows.values() for row in rows]


@pytest.fixture
def texts() -> list[str]:
    """Return every text that is indexed of the complaint standard."""
    released()
    return [text for row in SearchEntry.objects.all() for text in (row.title_zh, row.text_zh) if row.kind != "clause"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.data())
def test_any_two_characters_of_a_text_find_it(texts: list[str], data: Any) -> None:
    text = data.draw(st.sampled_from([text for text in texts if len(text) > 1]))
    at = data.draw(st.integers(0, len(text) - 2))
    two = text[at : at + 2]
    if not any("\u4e00" <= letter <= "\u9fff" for letter in two) or any(
        letter.isascii() and letter.isalnum() for letter in two
    ):
        return

    found = search(SearchEntry.objects.all(), terms_of(two), most=1000)

    assert text in {part for rows in found.rows.values() for row in rows for part in (row.title_zh, row.text_zh)}
    assert not found.is_near


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.text(alphabet="投诉处理客户质量的一，a1 '\"*:()&|!-^AND OR NEAR\x00\\%_", max_size=40))
def test_whatever_is_typed_is_no_operator(texts: list[str], question: str) -> None:
    search(SearchEntry.objects.all(), terms_of(question), most=5)


def test_each_kind_stands_in_its_section() -> None:
    released()

    rows = {name: bool(rows) for name, rows in find("投诉").rows.items()}
    assert rows == {"standards": True, "steps": True, "forms": True, "questions": False}
    assert places(find("接收投诉"))[0] == "complaint step:s1"
    assert "complaint form:register" in places(find("complaint regis"))


def test_a_single_character_finds_the_last_of_a_run_too() -> None:
    released(standard(step("s1", None, title={"zh": "审核单据", "en": "Check"})))

    assert [places(find(one)) for one in ("审", "据", "龘")] == [["complaint step:s1"], ["complaint step:s1"], []]


def test_characters_that_stand_apart_are_no_word() -> None:
    released(standard(step("s1", None, title={"zh": "审核，单据", "en": "Check"})))

    assert not [row for row in places(find("核单")) if "s1" in row]
    assert find("核单").is_near or find("核单").total == 0


def test_a_title_of_a_standard_goes_before_that_of_a_step_and_both_before_texts() -> None:
    in_text = standard(step("s1", None, operation=words("Weigh the parcel")))
    in_title = standard(step("s1", None, title=words("Weigh the parcel")))
    released(in_text, code="a-text")
    released(in_title, code="b-title")
    process = process_named("c-name")
    process.name_en = "Weigh the parcel"
    process.save()
    released(standard(step("s1", None)), code="c-name")

    found = find("weigh parcel")

    assert places(found) == ["c-name", "b-title step:s1", "a-text step:s1"]


def test_where_nothing_has_all_the_words_what_has_most_of_them_comes_first() -> None:
    released()

    found = find("客户投诉登记表怎么填")

    assert found.is_near
    assert "complaint form:register" in places(found)
    assert find("怎么办呢哪里").total == 0


def test_what_another_department_tries_is_there_but_not_for_others() -> None:
    released()
    sales = Department.objects.get(code="sales")
    tried = complaint()
    tried["steps"][0]["title"] = {"zh": "扫码接收", "en": "Scan it"}
    released(tried, at=RELEASED_AT + timedelta(hours=1), departments=[sales])
    agent, seller = holder("service-agent"), holder("sales-representative", "sales")

    assert SearchEntry.objects.filter(title_zh="扫码接收").exists()
    assert places(find("扫码", departments_of(agent))) == []
    assert places(find("扫码", departments_of(seller))) == ["complaint step:s1"]


def test_the_variant_of_a_department_goes_before_that_of_the_one_above_as_for_cases() -> None:
    process = released().process
    above, own = (Department.objects.get(code=code) for code in ("sales", "quality"))
    own.parent = above
    own.save()
    for number, scope in enumerate(([own], [above, own]), 1):
        at = RELEASED_AT + timedelta(hours=number)
        draft = variant(process, department=scope[0].code, at=at)
        release(draft, by=None, at=at, gate=checks_only, departments=scope)

    for department in (own, above):
        runs = release_for(process, department=department, at=NOW)
        assert [row.release for row in in_force_for(standings(NOW), [department.pk])] == [runs.pk]


def test_what_is_over_planned_or_closed_is_not_found() -> None:
    released(standard(step("s1", None, title=words("Oldest way"))))
    released(standard(step("s1", None, title=words("Newest way"))), at=NOW - timedelta(hours=1))
    released(
        standard(step("s1", None, title=words("Coming way"))),
        at=NOW - timedelta(minutes=9),
        valid_from=NOW + timedelta(days=9),
    )

    assert SearchEntry.objects.filter(title_en__endswith="way").count() == 3
    assert [row.title_en for row in find("way").rows["steps"]] == ["Newest way"]
    Process.objects.update(is_active=False)
    assert find("way").total == 0


def test_results_are_narrowed_by_category_and_post() -> None:
    released()

    assert find("投诉", category="business").total > 0
    assert find("投诉", category="support").total == 0
    assert places(find("投诉", post="quality-engineer")) != []
    assert {row.place for row in find("客户", post="sales-representative").rows["steps"]} < {
        row.place for row in find("客户").rows["steps"]
    }
    assert find("投诉", post="nobody").total == 0


def test_the_sweep_makes_what_lacks_once_and_throws_away_what_is_over() -> None:
    first = released().definition
    released(at=RELEASED_AT + timedelta(hours=1))
    SearchEntry.objects.exclude(definition=first).update(edition=EDITION + 1)

    assert [repair_index(at=NOW), repair_index(at=NOW)] == [1, 0]
    assert set(SearchEntry.objects.values_list("edition", flat=True)) == {EDITION}
    assert not SearchEntry.objects.filter(definition=first).exists()


def test_a_text_that_cannot_be_read_keeps_no_other_out_of_the_index() -> None:
    broken, other = released().definition, released(code="other").definition
    SearchEntry.objects.all().delete()
    content = "{}"
    type(broken).objects.filter(pk=broken.pk).update(content=content, sha256=hash_of(content))

    assert repair_index(at=NOW) == 1

    assert set(SearchEntry.objects.values_list("definition", flat=True)) == {other.pk}


def test_an_altered_definition_is_not_indexed() -> None:
    definition = released().definition
    type(definition).objects.filter(pk=definition.pk).update(content="{}")
    definition.refresh_from_db()

    assert index_definition(definition) == 0
    assert not SearchEntry.objects.exists()


def test_changed_and_deleted_entries_are_found_as_they_are_now() -> None:
    released()
    row = SearchEntry.objects.get(kind=EntryKind.STANDARD)
    row.title_words = index_words("稀有词")
    row.save()
    assert places(find("稀有")) == ["complaint"]

    row.delete()

    assert places(find("稀有")) == []


def test_statements_do_not_grow_with_what_is_found() -> None:
    counts = []
    for number in range(1, 4):
        released(code=f"p{number}")
        with CaptureQueriesContext(connection) as asked:
            find("投诉")
        counts.append(len(asked))

    assert counts[0] == counts[-1]
