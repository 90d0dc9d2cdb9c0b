"""H2.1.1: the team, its duties, what is missing; who sees a project."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import Q

from procstd.errors import DomainError
from procstd.roles import Role
from projects.domain.starting import change_project, stop_project
from projects.domain.team import add_member, remove_member
from projects.models import Duty, Project
from projects.queries.team import gaps_of
from tests.factories import DepartmentFactory, PersonFactory, person_with
from tests.projects.desk import MONDAY, NOW, lead, leader, person, project, staffed

pytestmark = pytest.mark.django_db


def _gaps(of: Project) -> list[str]:
    return [gap.code for gap in gaps_of([of.pk], on=MONDAY)[of.pk]]


def test_a_new_project_lacks_everybody_and_has_the_starter_risks() -> None:
    started = project()

    assert _gaps(started) == ["leader", "heads", "specialist", "it"]
    assert started.risks.count() == 3


def test_a_whole_team_lacks_nobody() -> None:
    assert _gaps(staffed(project())) == []


def test_a_core_member_who_does_not_head_the_department_does_not_stand_for_its_head() -> None:
    started = staffed(project())
    head = started.members.get(duty=Duty.DEPARTMENT)
    remove_member(head, reason="Moved", by=lead(), at=NOW)

    add_member(started, duty=Duty.DEPARTMENT, person=person("clerk", department="quality"), by=lead(), at=NOW)

    assert _gaps(started) == ["heads"]


def test_the_head_of_the_department_above_stands_for_one_below() -> None:
    quality = DepartmentFactory(code="quality")
    started = staffed(project(departments=[DepartmentFactory(code="lab", parent=quality)]))

    assert _gaps(started) == []


def test_a_member_who_no_longer_works_here_counts_no_more() -> None:
    started = staffed(project())
    gone = person("it")
    gone.is_active = False
    gone.save()

    assert _gaps(started) == ["it"]


def test_a_project_without_departments_says_so() -> None:
    assert "departments" in _gaps(project(departments=[]))


def test_only_advisers_come_from_outside() -> None:
    started = project()

    adviser = add_member(started, duty=Duty.ADVISER, outside_name="Dr. Zhang", by=lead(), at=NOW)
    with pytest.raises(DomainError, match="Only advisers"):
        add_member(started, duty=Duty.IT, outside_name="Dr. Zhang", by=lead(), at=NOW)

    assert str(adviser) == "Dr. Zhang"


@pytest.mark.parametrize("facts", [{}, {"outside_name": "X", "person": True}])
def test_a_member_is_either_from_here_or_from_outside(facts: dict[str, Any]) -> None:
    if facts.get("person"):
        facts = {**facts, "person": person("it")}
    with pytest.raises(DomainError, match="Name either"):
        add_member(project(), duty=Duty.ADVISER, by=lead(), at=NOW, **facts)


def test_a_team_has_one_leader() -> None:
    started = staffed(project())

    with pytest.raises(DomainError, match="leads the team already"):
        add_member(started, duty=Duty.LEADER, person=person("another"), by=lead(), at=NOW)


def test_who_left_stays_on_record_and_can_join_again() -> None:
    started = staffed(project())
    first = started.members.get(duty=Duty.IT)

    remove_member(first, reason="Busy", by=lead(), at=NOW)
    add_member(started, duty=Duty.IT, person=person("it"), by=lead(), at=NOW)

    assert started.members.filter(duty=Duty.IT).count() == 2
    with pytest.raises(DomainError, match="has left"):
        remove_member(first, reason="Busy", by=lead(), at=NOW)


def test_strangers_keep_nothing() -> None:
    started = staffed(project())

    with pytest.raises(DomainError, match="and nobody else"):
        add_member(started, duty=Duty.ADVISER, person=person("friend"), by=person("it"), at=NOW)
    add_member(started, duty=Duty.ADVISER, person=person("friend"), by=person("specialist"), at=NOW)

    assert started.members.filter(person=person("friend")).exists()


def test_who_is_added_is_told() -> None:
    from procstd.notices.models import Notice

    started = staffed(project())

    told = Notice.objects.filter(rule="project.joined", person=leader())
    assert [notice.title_en for notice in told] == [f"You are in the team of “{started.name_en}”"]


def test_whoever_has_to_do_with_a_project_sees_it_and_nobody_else() -> None:
    started = staffed(project())
    elsewhere = person_with(Role.DEPARTMENT_HEAD, DepartmentFactory(code="legal"), username="legal-head")
    here = person_with(Role.DEPARTMENT_HEAD, DepartmentFactory(code="quality"), username="quality-head")
    people = {
        "lead": lead(),
        "another lead": person("another-lead", Role.PROJECT_LEAD),
        "member": person("it"),
        "administrator": PersonFactory(staff=True),
        "head here": here,
        "head elsewhere": elsewhere,
        "stranger": person("stranger"),
        "specialist elsewhere": person("other-specialist", Role.PROCESS_SPECIALIST),
    }

    seen = {name for name, who in people.items() if Project.objects.visible_to(who).filter(Q(pk=started.pk)).exists()}

    assert seen == {"lead", "another lead", "member", "administrator", "head here"}


def test_who_left_the_team_sees_it_no_longer() -> None:
    started = staffed(project())
    remove_member(started.members.get(duty=Duty.IT), reason="Busy", by=lead(), at=NOW)

    assert not Project.objects.visible_to(person("it")).exists()


def test_a_lead_holds_the_post_of_one() -> None:
    with pytest.raises(DomainError, match="holds no post"):
        project(lead=person("clerk"))


@pytest.mark.parametrize("code", ["add", "inventory", "import"])
def test_words_of_addresses_are_no_codes(code: str) -> None:
    with pytest.raises(DomainError, match="another code"):
        project(code)


def test_a_code_is_taken_once() -> None:
    project()
    with pytest.raises(DomainError, match="taken"):
        project()


def test_a_target_differs_from_the_baseline() -> None:
    with pytest.raises(DomainError, match="what would be gained"):
        project(target=4, baseline=4)


def test_a_stopped_project_changes_no_more() -> None:
    started = project()
    stop_project(started, by=lead(), reason="No budget")

    with pytest.raises(DomainError, match="is over"):
        change_project(started, by=lead(), reason="x", lead=lead(), name_en="Other")
