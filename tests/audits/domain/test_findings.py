"""From a flag to the end of a finding: judged, raised, traced, acted on, seen to work, closed, again (F75, F76)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from audits.domain.checking import finish_check, judge_flag, note_deviation
from audits.domain.drawing import replace_item
from audits.domain.examining import examine_sample
from audits.domain.findings import (
    add_why,
    answer_finding,
    change_by,
    close_finding,
    drop_why,
    raise_finding,
    revision_changes,
)
from audits.domain.measures import (
    check_effect,
    decide_measure,
    finish_measure,
    hand_over_measure,
    move_due,
    remind_of_effects,
    remind_of_measures,
)
from audits.models import Audit, Deviation, Finding, Measure
from audits.models.finding import Stage
from audits.queries.reading import finding_lines, finding_rows
from audits.sweeps import remind_of_corrective_actions
from cases.models import Case, Clock, Event
from processes.domain.drafting import write_draft
from processes.domain.revising import open_draft
from processes.models import Origin
from procstd.errors import DomainError
from procstd.history import story
from procstd.notices.models import Notice
from procstd.organisation.models import Department, PostHolding, User
from procstd.roles import Role
from tests.audits.desk import IN_APRIL, auditor, closed, drawn, month_of_cases, person, unguarded
from tests.factories import beyond_reach
from tests.standards import complaint
from tests.statements import statements_of

pytestmark = pytest.mark.django_db


def late(case: Case, key: str = "s2") -> None:
    Clock.objects.filter(case=case, step=key, target="step").update(breached_at=IN_APRIL)


def audited(count: int = 2, *, month: date | None = None, at: Any = IN_APRIL) -> Audit:
    """Return an audit of a month in which every case was late at step 2."""
    process, _team, cases = month_of_cases(count)
    for case in cases:
        late(case)
    return drawn(process, percent=100, at=at)


def confirm(audit: Audit, *, is_confirmed: bool = True) -> None:
    for flag in Deviation.objects.filter(item__audit=audit, verdict=None):
        judge_flag(flag, is_confirmed=is_confirmed, reason="Seen in the clock", by=auditor(), at=IN_APRIL)


def raised(audit: Audit | None = None, **facts: Any) -> Finding:
    audit = audit or audited()
    confirm(audit)
    service = Department.objects.get(code="service")
    given = {"kind": "late", "step": "s2", "text": "Grading takes too long", "by": auditor(), "at": IN_APRIL}
    return raise_finding(audit, department=service.pk, **(given | facts))


def head() -> User:
    return person("head", Role.DEPARTMENT_HEAD, "service")


def acted(finding: Finding, *, at: Any = IN_APRIL, **facts: Any) -> Measure:
    """Find the cause and decide an action."""
    if not finding.whys.exists():
        add_why(finding, text="Nobody is there in the morning", is_actionable=True, by=head(), at=at)
    given = {
        "text": "Start at eight", "owner": person("owner", Role.FRONTLINE, "service"), "due_on": date(2026, 4, 20),
        "weeks": 4, "checker": person("checker", Role.PROCESS_SPECIALIST),
    }  # fmt: skip
    return decide_measure(finding, **(given | facts), by=head(), at=at)


def test_a_case_complies_when_its_flags_are_rejected_and_does_not_when_one_is_confirmed() -> None:
    audit = audited()
    first, second = audit.items.order_by("position")
    flags = {flag.item_id: flag for flag in Deviation.objects.all()}

    with pytest.raises(DomainError, match="wait for your word"):
        finish_check(first, by=auditor(), at=IN_APRIL)
    judge_flag(flags[first.pk], is_confirmed=False, reason="The calendar was wrong", by=auditor(), at=IN_APRIL)
    judge_flag(flags[second.pk], is_confirmed=True, reason="Late", by=auditor(), at=IN_APRIL)

    assert finish_check(first, by=auditor(), at=IN_APRIL).complies is True
    assert finish_check(second, by=auditor(), at=IN_APRIL).complies is False
    with pytest.raises(DomainError, match="its result stays"):
        finish_check(second, by=auditor(), at=IN_APRIL)


def test_the_software_looks_at_a_case_before_its_check_ends_even_if_nobody_asked_it() -> None:
    process, _team, (case,) = month_of_cases(1)
    audit = drawn(process)
    late(case)

    with pytest.raises(DomainError, match="1 flags wait"):
        finish_check(audit.items.get(), by=auditor(), at=IN_APRIL)


def test_what_takes_a_replaced_case_s_place_is_flagged_at_once_and_can_be_checked() -> None:
    process, _team, cases = month_of_cases(4)
    for case in cases:
        late(case)
    audit = drawn(process, floor=2)
    new = replace_item(audit.items.get(position=1), reason="Withdrawn", auditors=[auditor()], by=auditor(), at=IN_APRIL)
    assert new is not None

    (flag,) = new.deviations.all()
    judge_flag(flag, is_confirmed=True, reason="Late", by=auditor(), at=IN_APRIL)

    assert finish_check(new, by=auditor(), at=IN_APRIL).complies is False


def test_flags_found_when_a_check_is_to_end_stay_to_be_judged() -> None:
    process, _team, (case,) = month_of_cases(1)
    audit = drawn(process)
    late(case)
    item = audit.items.get()
    with pytest.raises(DomainError, match="1 flags wait"):
        finish_check(item, by=auditor(), at=IN_APRIL)

    judge_flag(item.deviations.get(), is_confirmed=False, reason="On leave", by=auditor(), at=IN_APRIL)

    assert finish_check(item, by=auditor(), at=IN_APRIL).complies is True


def test_a_departure_of_the_auditor_s_own_does_not_hide_a_case_from_the_software() -> None:
    process, _team, (case,) = month_of_cases(1)
    audit = drawn(process)
    note_deviation(audit.items.get(), kind="other", text="No label", by=auditor(), at=IN_APRIL)
    late(case)

    assert examine_sample(audit, at=IN_APRIL) == 1


def test_a_case_of_which_an_auditor_said_something_is_not_replaced() -> None:
    audit = audited(3)
    first, second, third = audit.items.order_by("position")
    judge_flag(first.deviations.get(), is_confirmed=False, reason="On leave", by=auditor(), at=IN_APRIL)
    note_deviation(second, kind="other", text="No label", by=auditor(), at=IN_APRIL)

    for item in (first, second):
        with pytest.raises(DomainError, match="has begun"):
            replace_item(item, reason="Looks bad", by=auditor(), at=IN_APRIL)
    assert replace_item(third, reason="Withdrawn", by=auditor(), at=IN_APRIL) is None


def test_examining_twice_flags_once() -> None:
    audit = audited()

    examine_sample(audit, at=IN_APRIL)

    assert Deviation.objects.filter(item__audit=audit).count() == 2


def test_only_who_checks_the_case_has_a_word_and_once() -> None:
    audit = audited(1)
    flag = Deviation.objects.get()

    with pytest.raises(DomainError, match="Somebody else checks"):
        judge_flag(flag, is_confirmed=True, reason="Late", by=auditor("other"), at=IN_APRIL)
    confirm(audit)
    with pytest.raises(DomainError, match="judged already"):
        judge_flag(flag, is_confirmed=False, reason="No", by=auditor(), at=IN_APRIL)
    with pytest.raises(DomainError, match="Say why"):
        note_deviation(audit.items.get(), kind="other", text=" ", by=auditor(), at=IN_APRIL)


def test_what_the_auditor_finds_himself_counts() -> None:
    process, _team, _cases = month_of_cases(1)
    audit = drawn(process)
    note_deviation(audit.items.get(), kind="other", text="The label is missing", by=auditor(), at=IN_APRIL)

    assert finish_check(audit.items.get(), by=auditor(), at=IN_APRIL).complies is False


def test_a_finding_gathers_what_was_confirmed_and_the_head_and_the_owner_are_told() -> None:
    leader, audit = head(), audited()
    owner = person("process-owner", Role.PROCESS_SPECIALIST)
    audit.process.owner = owner
    audit.process.save()

    finding = raised(audit)

    assert finding.number == "NC-2026-0001"
    assert finding.evidences.count() == 2
    assert {notice.person for notice in Notice.objects.filter(rule="audit.finding")} == {leader, owner}
    with pytest.raises(DomainError, match="a finding already"):
        raised(audit)
    with pytest.raises(DomainError, match="Nothing confirmed"):
        raised(audit, step="s3")


def test_who_heads_a_department_on_the_day_of_the_house_is_told() -> None:
    audit, leader = audited(1), head()
    # Half past midnight of the third in Shanghai; in UTC it is still the second.
    night = IN_APRIL.replace(day=2, hour=16, minute=30)
    PostHolding.objects.filter(person=leader).update(valid_from=date(2026, 4, 3))

    raised(audit, at=night)

    assert Notice.objects.get(rule="audit.finding").person == leader


def test_what_was_rejected_makes_no_finding() -> None:
    audit = audited()
    confirm(audit, is_confirmed=False)

    with pytest.raises(DomainError, match="Nothing confirmed"):
        raised(audit)


def test_an_action_waits_for_a_cause_that_can_be_acted_on_and_whys_end_after_five() -> None:
    finding = raised()
    head()
    with pytest.raises(DomainError, match="root cause first"):
        decide_measure(finding, text="Hurry", owner=head(), due_on=date(2026, 4, 20), checker=auditor(), by=head(),
                       at=IN_APRIL)  # fmt: skip

    for number in range(1, 6):
        add_why(finding, text=f"Because {number}", by=head(), at=IN_APRIL)
    with pytest.raises(DomainError, match="After 5 whys"):
        add_why(finding, text="Because 6", by=head(), at=IN_APRIL)
    drop_why(finding, by=head(), at=IN_APRIL)
    add_why(finding, text="No rota", is_actionable=True, by=head(), at=IN_APRIL)
    with pytest.raises(DomainError, match="the chain ends there"):
        add_why(finding, text="Because", by=head(), at=IN_APRIL)

    assert [why.text for why in finding.whys.all()] == [*(f"Because {number}" for number in range(1, 5)), "No rota"]


def test_only_heads_of_the_department_and_auditors_work_on_it() -> None:
    finding = raised()
    stranger = person("stranger", Role.DEPARTMENT_HEAD, "sales")

    with pytest.raises(DomainError, match="Only the heads"):
        add_why(finding, text="Because", by=stranger, at=IN_APRIL)
    assert list(Finding.objects.visible_to(stranger)) == []
    assert list(Finding.objects.visible_to(head())) == [finding]
    assert answer_finding(finding, answer="We agree", by=head(), at=IN_APRIL).answer == "We agree"


def test_a_finding_is_closed_only_when_somebody_else_saw_its_action_work() -> None:
    finding = raised()
    measure = acted(finding)
    owner, checker = measure.owner, measure.checker
    with pytest.raises(DomainError, match="seen to work"):
        close_finding(finding, reason="Enough", by=auditor(), at=IN_APRIL)
    with pytest.raises(DomainError, match="Somebody else has"):
        finish_measure(measure, text="We start at eight", by=checker, at=IN_APRIL)
    done = finish_measure(measure, text="We start at eight", by=owner, at=IN_APRIL)
    assert done.check_on == date(2026, 4, 30)
    with pytest.raises(DomainError, match="too early"):
        check_effect(done, worked=True, text="Fine", by=checker, at=IN_APRIL + timedelta(days=27))
    with pytest.raises(DomainError, match="Somebody else checks"):
        check_effect(done, worked=True, text="Fine", by=owner, at=IN_APRIL + timedelta(days=28))

    check_effect(done, worked=True, text="No grading was late in April", by=checker, at=IN_APRIL + timedelta(days=28))
    found = close_finding(finding, reason="It lasted", by=auditor(), at=IN_APRIL + timedelta(days=29))
    # Who closed it is told by the entry itself, not by a field that has no name in the reader's language.
    assert [str(label) for label, _old, _new in story(found)[0].fields] == ["Closed"]

    assert not found.is_open
    with pytest.raises(DomainError, match="closed"):
        add_why(found, text="Because", by=auditor(), at=IN_APRIL)


def test_an_action_that_did_not_work_asks_for_another() -> None:
    finding = raised()
    measure = acted(finding)
    done = finish_measure(measure, text="We start at eight", by=measure.owner, at=IN_APRIL)
    later = IN_APRIL + timedelta(days=28)
    check_effect(done, worked=False, text="Still late", by=measure.checker, at=later)

    with pytest.raises(DomainError, match="seen to work"):
        close_finding(finding, reason="Enough", by=auditor(), at=later)
    (line,) = finding_lines(list(finding_rows(auditor())), on=later.date())

    assert line.stage == Stage.MEASURE


def test_nobody_checks_an_action_of_his_own() -> None:
    finding = raised()
    add_why(finding, text="No rota", is_actionable=True, by=head(), at=IN_APRIL)

    with pytest.raises(DomainError, match="Somebody else") as refused:
        decide_measure(finding, text="A rota", owner=head(), due_on=date(2026, 4, 20), checker=head(), by=head(),
                       at=IN_APRIL)  # fmt: skip
    assert refused.value.field == "checker"


def test_owners_are_reminded_before_the_day_and_weekly_after_it_and_heads_when_it_is_over() -> None:
    finding = raised()
    leader, measure = head(), acted(finding)
    told = []
    for day in (-4, -3, -1, 0, 1, 2, 8, 8):
        remind_of_measures(at=IN_APRIL.replace(day=20) + timedelta(days=day))
        rows = Notice.objects.filter(rule="audit.measure", key__contains=":", person__in=[measure.owner, leader])
        told.append((rows.filter(person=measure.owner).count() - 1, rows.filter(person=leader).count()))

    # Nothing four days before; once from three days before on; once when it is over, to both; again a week later.
    assert told == [(0, 0), (1, 0), (1, 0), (1, 0), (2, 1), (2, 1), (3, 2), (3, 2)]


def test_who_checks_the_effect_is_told_when_the_day_has_come_and_nobody_is_reminded_of_what_is_done() -> None:
    measure = acted(raised())
    finish_measure(measure, text="Done", by=measure.owner, at=IN_APRIL)
    before = Notice.objects.count()

    assert [remind_of_effects(at=IN_APRIL + timedelta(days=day)) for day in (27, 28, 29)] == [0, 1, 0]
    assert remind_of_measures(at=IN_APRIL + timedelta(days=29)) == 0
    assert Notice.objects.count() == before + 1
    assert Notice.objects.latest("pk").person == measure.checker


def test_what_was_told_costs_the_same_however_many_actions_are_late_and_effects_are_due() -> None:
    finding, day = raised(), IN_APRIL + timedelta(days=60)

    def due(count: int) -> tuple[int, int]:
        for number in range(count):
            acted(finding, text=f"Late {count} {number}")
            done = acted(finding, text=f"Done {count} {number}")
            finish_measure(done, text="Done", by=done.owner, at=IN_APRIL)
        assert (remind_of_measures(at=day) >= count, remind_of_effects(at=day)) == (True, count)
        return statements_of(lambda: remind_of_measures(at=day)), statements_of(lambda: remind_of_effects(at=day))

    assert due(1) == due(29)


def test_whoever_cannot_be_told_keeps_nobody_else_from_being_reminded() -> None:
    finding = raised()
    late, done = acted(finding), acted(finding, owner=person("other", Role.FRONTLINE))
    behind = acted(finding, owner=person("third", Role.FRONTLINE))
    finish_measure(done, text="Done", by=done.owner, at=IN_APRIL)
    beyond_reach(late.owner)

    remind_of_corrective_actions()

    told = Notice.objects.filter(rule="audit.measure").exclude(key__contains=":given:")
    assert {(row.person, row.key.split(":")[1]) for row in told if row.person != head()} == {
        (behind.owner, str(behind.pk)), (done.checker, str(done.pk)),
    }  # fmt: skip


def test_another_day_needs_a_reason() -> None:
    measure = acted(raised())

    with pytest.raises(DomainError, match="Say why"):
        move_due(measure, due_on=date(2026, 5, 1), reason="", by=head(), at=IN_APRIL)
    assert move_due(measure, due_on=date(2026, 5, 1), reason="Holidays", by=head(), at=IN_APRIL).due_on.month == 5


def test_an_action_whose_owner_or_checker_left_goes_on_with_somebody_else() -> None:
    finding = raised()
    measure = acted(finding)
    new, seer = person("new", Role.FRONTLINE, "service"), person("seer", Role.PROCESS_SPECIALIST)

    hand_over_measure(measure, owner=new, reason="She left the house", by=head(), at=IN_APRIL)
    done = finish_measure(measure, text="We start at eight", by=new, at=IN_APRIL)
    hand_over_measure(done, checker=seer, reason="He left as well", by=auditor(), at=IN_APRIL)
    later = IN_APRIL + timedelta(days=28)
    check_effect(done, worked=True, text="None was late", by=seer, at=later)

    assert not close_finding(finding, reason="It lasted", by=auditor(), at=later).is_open
    assert Notice.objects.filter(rule="audit.measure", person=new).exists()
    reasons = set(Measure.history.values_list("history_change_reason", flat=True))
    assert {"She left the house", "He left as well"} <= reasons


def test_an_action_is_handed_over_only_by_who_may_and_never_to_its_checker_or_after_it_is_done() -> None:
    measure = acted(raised())
    new = person("new", Role.FRONTLINE, "service")
    given = {"reason": "On leave", "at": IN_APRIL}

    with pytest.raises(DomainError, match="Only the heads"):
        hand_over_measure(measure, owner=new, by=measure.owner, **given)
    with pytest.raises(DomainError, match="Somebody else has to see"):
        hand_over_measure(measure, owner=measure.checker, by=head(), **given)
    with pytest.raises(DomainError, match="Choose somebody else"):
        hand_over_measure(measure, owner=measure.owner, by=head(), **given)
    with pytest.raises(DomainError, match="Say why"):
        hand_over_measure(measure, owner=new, by=head(), reason=" ", at=IN_APRIL)
    finish_measure(measure, text="Done", by=measure.owner, at=IN_APRIL)
    with pytest.raises(DomainError, match="done already"):
        hand_over_measure(measure, owner=new, by=head(), **given)


@pytest.mark.parametrize(("days", "recurs"), [(31, True), (365, True), (366, False)])
def test_the_same_within_twelve_months_recurs(days: int, recurs: bool) -> None:
    first = raised()
    process = first.process
    from tests.cases.journeys import Team

    later = closed(process, Team(), IN_APRIL + timedelta(days=2))
    late(later)
    audit = drawn(process, percent=100, month=date(2026, 4, 1), at=IN_APRIL + timedelta(days=31))
    confirm(audit)
    again = raised(audit, at=IN_APRIL + timedelta(days=days))

    assert (again.recurs == first) is recurs


CHANGED = {"text_zh": "定级时限两小时", "text_en": "Two hours for grading", "effect": "Fewer late gradings"}


def test_a_finding_becomes_a_change_of_the_next_revision_and_keeps_the_link() -> None:
    finding = raised()
    data = complaint()
    data["steps"][1]["limit"]["amount"] = 2
    draft = write_draft(finding.process, data, by=None, reason="Next", at=IN_APRIL)
    writer = person("writer", Role.PROCESS_SPECIALIST)

    change = change_by(finding, by=writer, at=IN_APRIL, **CHANGED)

    assert (change.revision, change.origin, change.origin_code) == (draft, Origin.AUDIT, finding.number)
    assert list(revision_changes(finding)) == [change]
    with pytest.raises(DomainError, match="a change of that draft already"):
        change_by(finding, by=writer, at=IN_APRIL, **CHANGED)


def test_a_finding_begins_the_next_revision_where_none_is_open_and_twice_is_once() -> None:
    finding = raised()
    writer = person("writer", Role.PROCESS_SPECIALIST)

    change = change_by(finding, by=writer, at=IN_APRIL, **CHANGED)
    with pytest.raises(DomainError, match="a change of that draft already"):
        change_by(finding, by=writer, at=IN_APRIL, **CHANGED)

    assert open_draft(finding.process) == change.revision
    assert finding.process.revisions.count() == 2


def test_only_who_writes_the_standard_or_owns_the_process_makes_a_finding_a_change() -> None:
    finding = raised()
    owner = person("process-owner", Role.FRONTLINE, "service")

    for other in (head(), auditor(), owner):
        with pytest.raises(DomainError, match="write its next revision"):
            change_by(finding, by=other, at=IN_APRIL, **CHANGED)
    finding.process.owner = owner
    finding.process.save()

    assert change_by(finding, by=owner, at=IN_APRIL, **CHANGED).by == owner


def test_a_case_altered_after_the_freeze_is_examined_as_it_is_now() -> None:
    process, _team, (case,) = month_of_cases(1)
    with unguarded(Event):
        Event.objects.filter(case=case, step="s8", kind="completed").delete()
    audit = drawn(process)

    assert [(row.kind, row.step) for row in Deviation.objects.filter(item__audit=audit)] == [("skipped", "s8")]
