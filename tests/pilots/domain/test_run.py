"""While a pilot runs: minutes and actions, spot checks by the step's own rules, issues and what becomes of them."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from pilots.domain.checking import begin_check, end_check, tick
from pilots.domain.deciding import decide
from pilots.domain.issues import make_change, propose, raise_issue
from pilots.domain.running import (
    agree_action,
    finish_action,
    remind_of_late_actions,
    tell_of_ended_periods,
    write_minutes,
)
from pilots.models import Action, Issue, Meeting, Pilot, Seen
from pilots.queries.progress import progress_of
from pilots.sweeps import remind_late_actions
from processes.models import Change
from procstd import history
from procstd.errors import DomainError
from procstd.files.models import StoredFile
from procstd.notices.models import Notice
from tests.factories import beyond_reach
from tests.pilots.desk import NOW, STARTS, case_of, leader, planned, running, someone, specialist, worker
from tests.pilots.desk import place as department
from tests.statements import statements_of

pytestmark = pytest.mark.django_db
WEEK = STARTS + timedelta(days=4)


def minutes(pilot: Pilot, **facts: Any) -> Meeting:
    given = {"held_on": date(2026, 3, 20), "people": "All", "text": "It works", "by": specialist(), "at": WEEK}
    return write_minutes(pilot, **(given | facts))


def issue(pilot: Pilot, **facts: Any) -> Issue:
    given: dict[str, Any] = {
        "kind": "loophole", "text": "Urgent is not clear", "step": "s1", "by": worker(), "at": WEEK,
    }  # fmt: skip
    return raise_issue(pilot, **(given | facts))


def proposed(row: Issue, **facts: Any) -> Issue:
    given: dict[str, Any] = {
        "proposal_zh": "写明何为紧急", "proposal_en": "Say what urgent is", "effect": "Fewer errors",
        "by": specialist(),
    }  # fmt: skip
    return propose(row, **(given | facts))


def photo() -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (4, 4)).save(out, "PNG")
    return SimpleUploadedFile("seen.png", out.getvalue())


def test_minutes_are_written_once_and_not_of_a_day_to_come() -> None:
    pilot = running()
    written = minutes(pilot)

    with pytest.raises(TypeError):
        written.save()
    with pytest.raises(DomainError, match="still to come"):
        minutes(pilot, held_on=date(2026, 3, 21))


def test_an_action_has_an_owner_who_is_told_reminded_once_and_says_that_it_is_done() -> None:
    pilot, owner = running(), someone("owner")
    action = agree_action(
        minutes(pilot), what="Print the manual", owner=owner, due_on=date(2026, 3, 25), by=specialist(), at=WEEK
    )

    assert Notice.objects.filter(person=owner, rule="pilot.action").count() == 1
    assert remind_of_late_actions(at=WEEK) == 0
    assert remind_of_late_actions(at=NOW) == 1
    assert remind_of_late_actions(at=NOW) == 0
    assert progress_of(pilot, at=NOW).actions_late == 1
    with pytest.raises(DomainError, match="Who owns it"):
        finish_action(action, by=someone("stranger"), at=NOW)
    assert finish_action(action, by=owner, at=NOW).done_by == owner
    assert finish_action(action, by=specialist(), at=NOW + timedelta(days=1)).done_at == NOW
    assert progress_of(pilot, at=NOW).actions_open == 0


def test_what_was_told_costs_the_same_however_much_is_late() -> None:
    pilot = running()
    written, owner = minutes(pilot), someone("owner")

    def late(count: int) -> int:
        for number in range(count):
            agree_action(written, what=f"Print {count} {number}", owner=owner, due_on=date(2026, 3, 25),
                         by=specialist(), at=WEEK)  # fmt: skip
        assert remind_of_late_actions(at=NOW) == count
        return statements_of(lambda: remind_of_late_actions(at=NOW))

    assert late(1) == late(29)


def test_ended_pilots_cost_the_same_however_many_were_told() -> None:
    pilot, later = running(), NOW + timedelta(days=7)
    tell_of_ended_periods(at=later)
    one = statements_of(lambda: tell_of_ended_periods(at=later))
    for number in range(2, 31):
        Pilot(**{row.attname: getattr(pilot, row.attname) for row in Pilot._meta.concrete_fields if row.name not in (
            "id", "code")}, code=f"P-{number:04}").save()  # fmt: skip
    tell_of_ended_periods(at=later)

    assert Notice.objects.filter(rule="pilot.over").count() == 30
    assert statements_of(lambda: tell_of_ended_periods(at=later)) == one


def test_a_leader_is_told_once_that_the_weeks_are_over() -> None:
    running()

    assert tell_of_ended_periods(at=NOW) == 0
    assert tell_of_ended_periods(at=NOW + timedelta(days=7)) == 1
    assert tell_of_ended_periods(at=NOW + timedelta(days=8)) == 0
    assert Notice.objects.get(rule="pilot.over").person == leader()


def test_nothing_is_written_down_before_it_begins() -> None:
    with pytest.raises(DomainError, match="not begun"):
        minutes(planned())


def test_a_spot_check_lists_the_steps_own_rules() -> None:
    pilot = running()

    check = begin_check(pilot, department=department("service"), step="s1", by=specialist(), at=WEEK)

    assert [(line.key, line.text_en) for line in check.lines.all()] == [
        ("posts", "Done by: Service agent"),
        ("operation", "Do s1"),
        ("limit", "Limit: 1 working hour"),
        ("field:text", "Filled in: Note, Text – What happened"),
        ("field:way", "Filled in: Note, Way – Which way"),
    ]
    assert str(check) == "P-0001-K1"


def test_a_check_is_ticked_with_note_and_photo_and_what_was_not_looked_at_was_not_seen() -> None:
    pilot = running()
    check = begin_check(pilot, department=department("service"), step="s1", by=specialist(), at=WEEK)
    lines = list(check.lines.all())

    with pytest.raises(DomainError, match="what was not"):
        tick(lines[0], seen="not_ok", by=specialist(), at=WEEK)
    with pytest.raises(DomainError, match="Say what you saw"):
        tick(lines[0], seen="perhaps", by=specialist(), at=WEEK)
    tick(lines[0], seen="not_ok", note=" A trainee  did it ", photo=photo(), by=specialist(), at=WEEK)
    tick(lines[1], seen="ok", by=specialist(), at=WEEK)
    end_check(check, by=specialist(), at=NOW)
    ended = end_check(check, by=leader(), at=NOW + timedelta(days=1))

    rows = list(check.lines.all())
    assert [row.seen for row in rows] == [Seen.NOT_OK, Seen.OK, Seen.NOT_SEEN, Seen.NOT_SEEN, Seen.NOT_SEEN]
    assert rows[0].note == "A trainee did it"
    assert ended.ended_at == NOW
    kept = StoredFile.objects.get(key=rows[0].photo)
    assert StoredFile.objects.visible_to(worker()).filter(pk=kept.pk).exists()  # whoever sees the pilot
    assert not StoredFile.objects.visible_to(someone("there", department="sales")).filter(pk=kept.pk).exists()
    with pytest.raises(DomainError, match="is ended"):
        tick(rows[2], seen="ok", by=specialist(), at=NOW)


def test_a_check_goes_where_the_pilot_runs() -> None:
    pilot = running()

    with pytest.raises(DomainError, match="does not run there"):
        begin_check(pilot, department=department("sales"), step="s1", by=specialist(), at=WEEK)
    with pytest.raises(DomainError, match="no such step"):
        begin_check(pilot, department=department("service"), step="s9", by=specialist(), at=WEEK)
    with pytest.raises(DomainError, match="keep pilots"):
        begin_check(pilot, department=department("service"), step="s1", by=worker(), at=WEEK)


def test_an_issue_is_raised_where_it_was_met_and_the_leader_is_told() -> None:
    pilot = running()
    case = case_of("service", WEEK, None)

    found = issue(pilot, case=case, field="note.way")

    assert (found.code, found.case, found.step, found.field) == ("P-0001-I1", case, "s1", "note.way")
    assert Notice.objects.get(rule="pilot.issue").person == leader()


def test_an_issue_of_somewhere_else_is_refused() -> None:
    pilot = running()
    outsider = someone("outsider", department="sales")

    for facts, words in (
        ({"by": outsider}, "none of yours"), ({"step": "s9"}, "no such step"), ({"field": "x.y"}, "no such field"),
        ({"text": " "}, "what is wrong"), ({"kind": "joke"}, "kind"),
    ):  # fmt: skip
        with pytest.raises(DomainError, match=words):
            issue(pilot, **facts)
    assert not Issue.objects.exists()


def test_a_proposal_becomes_a_change_of_the_next_version_and_the_link_goes_both_ways() -> None:
    pilot = running()
    row = issue(pilot)
    with pytest.raises(DomainError, match="proposal first"):
        make_change(row, by=specialist(), at=WEEK)
    proposed(row)

    change = make_change(row, by=specialist(), at=WEEK)

    row.refresh_from_db()
    assert str(change.revision) == "V1.2"  # begun for it
    assert (change.origin, change.origin_code, change.text_en) == ("suggestion", "P-0001-I1", "Say what urgent is")
    assert (change.origin_text, change.effect) == ("Urgent is not clear", "Fewer errors")
    assert row.change == change
    assert make_change(row, by=leader(), at=NOW) == change  # once is once
    assert Change.objects.count() == 1
    with pytest.raises(DomainError, match="mended there"):
        proposed(row)


def test_further_proposals_go_to_the_draft_that_is_open() -> None:
    pilot = running()
    first, second = proposed(issue(pilot)), proposed(issue(pilot, text="Too many fields", kind="difficulty"))

    one, two = (make_change(row, by=specialist(), at=WEEK) for row in (first, second))

    assert one.revision == two.revision
    assert two.origin_code == "P-0001-I2"


def test_a_change_that_is_dropped_sets_its_issue_free() -> None:
    row = proposed(issue(running()))
    change = make_change(row, by=specialist(), at=WEEK)

    change.delete()

    row.refresh_from_db()
    assert row.change is None


def test_only_keepers_propose_and_both_languages_are_wanted() -> None:
    row = issue(running())

    with pytest.raises(DomainError, match="keep pilots"):
        proposed(row, by=worker())
    with pytest.raises(DomainError, match="both languages"):
        proposed(row, proposal_zh=" ")


def test_progress_counts_cases_days_and_weeks_without_a_meeting() -> None:
    pilot = running()
    for hours in (1.0, None):
        case_of("service", STARTS + timedelta(hours=1), hours)
    case_of("sales", STARTS, 1)  # the old version, elsewhere

    found = progress_of(pilot, at=NOW)

    assert (found.cases, found.closed, found.least) == (2, 1, 10)
    assert (found.day, found.days, found.weeks) == (14, 21, 2)
    assert found.lacks_meetings
    minutes(pilot)
    minutes(pilot, text="Still")
    assert not progress_of(pilot, at=NOW).lacks_meetings


def test_issues_end_with_the_decision_and_proposals_do_not() -> None:
    pilot = running()
    row = issue(pilot)
    decide(pilot, way="stop", reason="It does not work", by=leader(), at=NOW)

    with pytest.raises(DomainError, match="while the pilot runs"):
        issue(pilot)
    assert proposed(row).has_proposal


def test_a_second_click_makes_no_second_row() -> None:
    pilot, owner = running(), someone("owner")
    seconds = WEEK + timedelta(seconds=20)

    written = [minutes(pilot, at=at) for at in (WEEK, seconds)]
    facts: dict[str, Any] = {"what": "Print it", "owner": owner, "due_on": date(2026, 3, 25), "by": specialist()}
    agreed = [agree_action(written[0], at=at, **facts) for at in (WEEK, seconds)]
    where: dict[str, Any] = {"department": department("service"), "step": "s1", "by": specialist()}
    begun = [begin_check(pilot, at=at, **where) for at in (WEEK, seconds)]
    raised = [issue(pilot, at=at) for at in (WEEK, seconds)]

    for first, second in (written, agreed, begun, raised):
        assert first.pk == second.pk
    later = WEEK + timedelta(minutes=5)
    assert issue(pilot, at=later).number == 2
    assert begin_check(pilot, at=later, **where).number == 2


def test_an_owner_who_cannot_be_reminded_keeps_neither_others_nor_the_leader_from_being_told() -> None:
    pilot, broken, owner = running(), beyond_reach(someone("broken")), someone("owner")
    written = minutes(pilot)
    for who in (broken, owner):
        row = Action(meeting=written, what="Print it", owner=who, due_on=date(2026, 3, 25))
        history.save(row, by=None, reason="Agreed")

    remind_late_actions()

    assert set(Notice.objects.filter(rule="pilot.action_late").values_list("person", flat=True)) == {owner.pk}
    assert Notice.objects.get(rule="pilot.over").person == leader()


def test_whoever_was_told_of_what_is_late_keeps_nobody_else_from_being_told() -> None:
    pilot, told, behind = running(), someone("told"), someone("behind")
    written = minutes(pilot)
    facts: dict[str, Any] = {"due_on": date(2026, 3, 25), "by": specialist(), "at": WEEK}
    for number in range(200):
        agree_action(written, what=f"Page {number}", owner=told, **facts)
    assert remind_of_late_actions(at=NOW) == 200
    agree_action(written, what="Cover", owner=behind, **facts)

    assert remind_of_late_actions(at=NOW) == 1
