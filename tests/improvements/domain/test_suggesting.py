"""Suggestions by name: kept once, found again when somebody says the same, decided with a reason (F80)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from improvements.domain.handling import adopt, decline, merge, settle_effective, take_up
from improvements.domain.numbering import in_order
from improvements.domain.suggesting import follow
from improvements.models import Follower, State, Suggestion
from improvements.queries.links import links_to
from improvements.queries.places import anchor_of, clauses_in, definition_for, place_of
from improvements.queries.similar import similar_to, words_of
from processes.domain.changing import drop_change
from processes.domain.releasing import checks_only, release
from processes.domain.revising import open_draft
from processes.models import Change
from procstd.errors import DomainError
from procstd.notices.models import Notice
from tests.improvements.desk import (
    NOW,
    OTHER,
    TEXTS,
    anonymous,
    lead,
    named,
    person,
    process_in_force,
    small,
    specialist,
)
from tests.standards import holder, process_named, released

pytestmark = pytest.mark.django_db
CHANGES = {"text_zh": "自动关联", "text_en": "Linked automatically", "effect": "Twice as fast"}


def titles(person_: object) -> list[str]:
    return list(Notice.objects.filter(person=person_).order_by("pk").values_list("title_en", flat=True))


def test_a_suggestion_gets_the_next_number_of_its_year_and_those_who_decide_hear_of_it() -> None:
    process, deciding = process_in_force(), specialist()

    first, second = named(process), named(process, **OTHER)
    next_year = named(process, at=NOW + timedelta(days=365))

    assert [first.number, second.number, next_year.number] == ["SG-2026-0001", "SG-2026-0002", "SG-2027-0001"]
    assert first.state == State.NEW
    assert titles(deciding)[0] == "SG-2026-0001: a suggestion to “Complaint process”"
    assert titles(process.owner)[0] == titles(deciding)[0]


def test_the_same_form_sent_twice_is_one_suggestion() -> None:
    process = process_in_force()

    once = named(process, code="a" * 32)
    twice = named(process, code="a" * 32)

    assert once.pk == twice.pk
    assert Suggestion.objects.count() == 1


def test_a_form_sent_by_name_is_not_one_of_nobody_and_the_other_way_round() -> None:
    process, order = process_in_force(), process_in_force("order")
    by_name, (hidden, code) = named(process, code="a" * 32), anonymous(process)

    for again in (
        lambda: anonymous(process, code="a" * 32),
        lambda: named(process, code=code),
        lambda: named(order, code="a" * 32),
    ):
        with pytest.raises(DomainError) as refusal:
            again()
        assert "sent already" in str(refusal.value)
    assert {row.pk for row in Suggestion.objects.all()} == {by_name.pk, hidden.pk}


def test_a_form_of_nobody_and_a_process_out_of_use_are_refused() -> None:
    process = process_in_force()

    with pytest.raises(DomainError):
        named(process, code="guessed")
    process.is_active = False
    process.save()
    with pytest.raises(DomainError):
        named(process)


def test_a_file_that_is_no_picture_is_refused_beside_its_field() -> None:
    process = process_in_force()

    with pytest.raises(DomainError) as refusal:
        named(process, photo=SimpleUploadedFile("list.pdf", b"%PDF-1.7"))

    assert refusal.value.field == "photo"


def test_a_place_is_a_clause_of_the_version_in_force_for_the_reader() -> None:
    process, agent = process_in_force(), holder("service-agent")
    definition = definition_for(process, agent, at=NOW)
    assert definition is not None

    place = place_of(definition, anchor_of("step:s2"))

    assert place.version == "V1.0"
    assert (place.anchor, place.clause_en) == ("clause-step-s2", "Step 2: Title s2")
    assert place_of(definition, "clause-step-s9").anchor == ""
    assert len(clauses_in(definition)) == 9 + 2 + 1
    assert definition_for(process_named("none"), agent, at=NOW) is None


def test_what_says_the_same_is_found_and_what_says_something_else_is_not() -> None:
    process = process_in_force()
    same, _other = named(process), named(process, **OTHER)
    in_chinese = named(process, problem="质量部需要人工查阅三份文件才能判定责任。", proposal="自动关联型号和批次数据。")

    english = similar_to(process, words_of("", "Link the model and the batch data automatically"))
    chinese = similar_to(process, words_of("判定责任要人工查阅文件", "关联批次数据"))

    assert [row.suggestion for row in english] == [same]
    assert [row.suggestion for row in chinese] == [in_chinese]
    assert similar_to(process_in_force("order"), words_of("", TEXTS["proposal"])) == []


def test_who_wants_the_same_follows_and_hears_what_becomes_of_it() -> None:
    process, author, colleague, deciding = process_in_force(), person("author"), person("colleague"), specialist()
    made = named(process, author)
    follow(made, by=colleague, at=NOW)
    follow(made, by=colleague, at=NOW)
    follow(made, by=author, at=NOW)

    take_up(made, by=deciding, at=NOW)
    take_up(made, by=deciding, at=NOW)
    decline(made, reason="It costs too much.", by=deciding, at=NOW)

    assert [row.person for row in Follower.objects.all()] == [colleague]
    assert titles(author) == titles(colleague) == ["SG-2026-0001: In work", "SG-2026-0001: Declined"]
    made.refresh_from_db()
    assert (made.state, made.reason, made.decided_by) == (State.DECLINED, "It costs too much.", deciding)
    assert Notice.objects.filter(person=author).latest("pk").body_en == "It costs too much."


def test_declining_needs_a_reason_and_what_is_decided_stays() -> None:
    process, deciding = process_in_force(), specialist()
    made = named(process)

    with pytest.raises(DomainError) as refusal:
        decline(made, reason="  ", by=deciding, at=NOW)
    decline(made, reason="No", by=deciding, at=NOW)

    assert refusal.value.field == "reason"
    for act in (
        lambda: decline(made, reason="Again", by=deciding, at=NOW),
        lambda: take_up(made, by=deciding, at=NOW),
        lambda: adopt(made, by=deciding, at=NOW, **CHANGES),
        lambda: follow(made, by=person("colleague"), at=NOW),
    ):
        with pytest.raises(DomainError):
            act()


def test_authors_of_merged_ones_follow_the_one_that_goes_on() -> None:
    process, deciding, first, second = process_in_force(), specialist(), person("first"), person("second")
    main, double, third = named(process), named(process, first), named(process, second)
    merge(third, into=double, by=deciding, at=NOW)

    merge(double, into=main, by=deciding, at=NOW, reason="The same")
    adopt(main, by=deciding, at=NOW, **CHANGES)

    rows = Suggestion.objects.in_bulk(field_name="number")
    assert [rows[row.number].merged_into_id for row in (double, third)] == [main.pk, main.pk]
    assert {row.person for row in main.followers.all()} == {first, second}
    assert titles(second)[-1] == "SG-2026-0001: Adopted"


def test_what_cannot_go_on_takes_nothing_in() -> None:
    process, deciding = process_in_force(), specialist()
    made, gone, elsewhere = named(process), named(process, **OTHER), named(process_in_force("order"))
    decline(gone, reason="No", by=deciding, at=NOW)

    for other in (made, gone, elsewhere):
        with pytest.raises(DomainError) as refusal:
            merge(made, into=other, by=deciding, at=NOW)
        assert refusal.value.field == "into"


def test_adopting_begins_the_next_revision_and_the_link_is_kept_both_ways() -> None:
    process, deciding = process_in_force(), specialist()
    made = named(process)

    change = adopt(made, by=deciding, at=NOW, **CHANGES)

    draft = open_draft(process)
    assert draft is not None
    assert (draft.number, draft.steps.count()) == ("1.1", 2)
    assert (change.origin, change.origin_code, change.effect) == ("suggestion", "SG-2026-0001", "Twice as fast")
    (link,) = links_to([made.number], at=NOW)[made.number]
    assert (link.change, link.version, link.is_draft, link.in_force_since) == (change, "V1.1", True, None)


def test_a_second_one_is_noted_on_the_draft_that_is_open_which_may_become_a_major_one() -> None:
    process, deciding = process_in_force(), specialist()
    adopt(named(process), by=deciding, at=NOW, **CHANGES)

    adopt(named(process, **OTHER), by=deciding, at=NOW, major=True, **CHANGES)

    draft = open_draft(process)
    assert draft is not None
    assert draft.number == "2.0"
    assert [row.origin_code for row in draft.changes.all()] == ["SG-2026-0001", "SG-2026-0002"]


def test_a_process_without_a_released_version_has_nothing_to_revise() -> None:
    made = named(process_named("new"))

    with pytest.raises(DomainError):
        adopt(made, by=specialist(), at=NOW, **CHANGES)

    made.refresh_from_db()
    assert made.state == State.NEW


def test_it_is_in_effect_when_its_version_is_and_not_a_moment_before() -> None:
    process, deciding, author = process_in_force(), specialist(), person("author")
    made = named(process, author)
    adopt(made, by=deciding, at=NOW, **CHANGES)
    draft = open_draft(process)
    assert draft is not None
    later = NOW + timedelta(days=9)
    release(draft, by=lead(), at=NOW, valid_from=later, gate=checks_only)

    before = settle_effective(at=later - timedelta(seconds=1))
    after = settle_effective(at=later)
    again = settle_effective(at=later)

    made.refresh_from_db()
    assert (before, after, again) == (0, 1, 0)
    assert (made.state, made.effective_version, made.effective_at) == (State.EFFECTIVE, "V1.1", later)
    assert titles(author)[-1] == "SG-2026-0001: In effect"


def test_one_whose_change_was_taken_back_can_be_decided_again() -> None:
    process, deciding = process_in_force(), specialist()
    made = named(process)
    drop_change(adopt(made, by=deciding, at=NOW, **CHANGES), by=deciding, reason="Wrong draft")

    adopt(made, by=deciding, at=NOW, **CHANGES)
    with pytest.raises(DomainError):
        adopt(made, by=deciding, at=NOW, **CHANGES)

    assert Change.objects.count() == 1


def test_numbers_in_order_leave_room_for_those_by_chance() -> None:
    process = process_in_force()
    made = named(process)
    Suggestion.objects.filter(pk=made.pk).update(number="SG-2026-4999")

    assert in_order(made.month) == "SG-2026-10000"


def test_who_sees_which() -> None:
    process, author, colleague, deciding = process_in_force(), person("author"), person("colleague"), specialist()
    made, hidden = named(process, author), anonymous(process)[0]
    followed = named(process, deciding, **OTHER)
    follow(followed, by=colleague, at=NOW)

    def seen(who: object) -> set[Suggestion]:
        return set(Suggestion.objects.visible_to(who))

    assert seen(author) == {made}
    assert seen(colleague) == set()
    assert set(Suggestion.objects.followed_by(colleague)) == {followed}
    assert seen(deciding) == seen(lead()) == seen(process.owner) == {made, hidden, followed}
    adopt(hidden, by=deciding, at=NOW, **CHANGES)
    assert seen(author) == {made, hidden}


def test_a_released_process_elsewhere_changes_nothing() -> None:
    process = process_in_force()
    released(small(), code="order")

    adopt(named(process), by=specialist(), at=NOW, **CHANGES)

    assert open_draft(process_named("order")) is None
