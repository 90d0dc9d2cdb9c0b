from __future__ import annotations

import hashlib
import json
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from procstd.errors import DomainError
from procstd.organisation.models import PostHolding
from rollouts.models import Acknowledgement
from rollouts.queries.showing import shown_to, waiting_for
from rollouts.queries.standing import Standing
from tests.factories import PersonFactory, SubstitutionFactory
from tests.reviews import fresh
from tests.rollouts.hall import DAY, NOW, confirms, in_force, limit_of, newer, purpose, total, word_of
from tests.standards import also_holds, holder

pytestmark = pytest.mark.django_db


def waits(person: object, at: object = NOW) -> list[str]:
    return [str(row.definition.revision) for row in waiting_for(person, at=at)]  # type: ignore[arg-type]


def test_a_first_version_concerns_everybody_it_names() -> None:
    release = in_force()
    agent, engineer, seller = holder("service-agent"), holder("quality-engineer"), holder("sales-representative")

    assert waits(agent) == waits(engineer) == ["V1.0"]
    assert waits(seller) == []
    with pytest.raises(DomainError, match="No post of yours"):
        confirms(seller, release.definition)


def test_a_confirmation_is_bound_to_person_version_moment_hash_and_what_was_shown() -> None:
    release = in_force()
    agent = holder("service-agent", name_en="Chen Jing")

    made = confirms(agent, release.definition)

    assert (made.by, made.at, made.sha256) == (agent, NOW, release.definition.sha256)
    assert (made.name_en, made.post_en, made.posts) == ("Chen Jing", "Service agent", ["service-agent"])
    assert json.loads(made.shown)["steps"] == ["s1"]
    assert hashlib.sha256(made.shown.encode()).hexdigest() == made.shown_sha256
    assert waits(agent) == []


def test_confirming_twice_is_confirming_once() -> None:
    release = in_force()
    agent = holder("service-agent")

    first, second = confirms(agent, release.definition), confirms(agent, release.definition, at=NOW + DAY)

    assert first == second
    assert Acknowledgement.objects.count() == 1


def test_a_confirmation_is_never_changed_nor_deleted() -> None:
    made = confirms(holder("service-agent"), in_force().definition)

    with pytest.raises(TypeError):
        made.save()
    with pytest.raises(DatabaseError), transaction.atomic():
        Acknowledgement.objects.update(at=NOW + DAY)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM rollouts_acknowledgement")


def test_a_new_version_asks_those_whose_posts_it_touches_and_nobody_else() -> None:
    first = in_force()
    agent, engineer = holder("service-agent"), holder("quality-engineer")
    for person in (agent, engineer):
        confirms(person, first.definition)

    second = newer(first, limit_of("s2", 3), major=True)

    assert waits(engineer) == ["V2.0"]
    assert waits(agent) == []
    shown = shown_to(agent, second.definition, at=NOW)
    assert (shown.stood.standing, shown.mine, len(shown.others)) == (Standing.UNTOUCHED, (), 1)


def test_better_words_of_a_step_ask_who_works_there_again() -> None:
    first = in_force()
    agent, engineer = holder("service-agent"), holder("quality-engineer")
    for person in (agent, engineer):
        confirms(person, first.definition)

    second = newer(first, word_of("s1", "Listen, then write"))

    assert str(second.definition.revision) == "V1.1"
    assert (waits(agent), waits(engineer)) == (["V1.1"], [])


def test_what_is_everybodys_asks_again_in_a_major_version_only() -> None:
    first = in_force()
    agent = holder("service-agent")
    confirms(agent, first.definition)

    minor = newer(first, purpose("Better words"))
    assert (str(minor.definition.revision), waits(agent)) == ("V1.1", [])

    major = newer(minor, total(9), at=NOW + DAY, major=True)
    assert (str(major.definition.revision), waits(agent, NOW + DAY)) == ("V2.0", ["V2.0"])


def test_a_version_is_compared_with_the_one_confirmed_last() -> None:
    first = in_force()
    agent = holder("service-agent")
    confirms(agent, first.definition)
    second = newer(first, limit_of("s1", 3))
    third = newer(second, limit_of("s2", 3), at=NOW + DAY)

    shown = shown_to(agent, third.definition, at=NOW + DAY)

    assert shown.before == first.definition
    assert [change.step for change in shown.mine] == ["s1"]
    assert [change.step for change in shown.others] == ["s2"]


def test_who_saw_something_else_reads_once_more() -> None:
    first = in_force()
    agent = holder("service-agent")
    seen = shown_to(agent, first.definition, at=NOW).sha256
    also_holds(agent, "quality-engineer", "service")

    from rollouts.domain.acknowledging import acknowledge

    with pytest.raises(DomainError, match="has changed since"):
        acknowledge(first.definition, by=fresh(agent), at=NOW, seen=seen)
    assert not Acknowledgement.objects.exists()


def test_another_post_in_the_standard_asks_again() -> None:
    release = in_force()
    agent = holder("service-agent")
    confirms(agent, release.definition)

    also_holds(agent, "quality-engineer", "service")

    assert waits(fresh(agent)) == ["V1.0"]
    confirms(agent, release.definition, at=NOW + DAY)
    assert waits(fresh(agent), NOW + DAY) == []
    assert Acknowledgement.objects.filter(by=agent).count() == 2


def test_a_substitute_confirms_nothing_for_whom_they_stand_in() -> None:
    release = in_force()
    agent = holder("service-agent")
    substitute = PersonFactory()
    SubstitutionFactory(
        holding=PostHolding.objects.get(person=agent), substitute=substitute,
        valid_from=date(2026, 3, 1), valid_until=date(2026, 3, 9),
    )  # fmt: skip

    assert waits(substitute) == []
    with pytest.raises(DomainError):
        confirms(substitute, release.definition)
    assert waits(agent) == ["V1.0"]


def test_a_version_waits_only_where_it_is_in_force() -> None:
    from procstd.organisation.models import Department

    first = in_force()
    here, there = holder("service-agent"), holder("service-agent", "quality")
    for person in (here, there):
        confirms(person, first.definition)

    newer(first, limit_of("s1", 3), departments=[Department.objects.get(code="quality")])

    assert (waits(here), waits(there)) == ([], ["V1.1"])


def test_who_gets_the_post_later_waits_since_then() -> None:
    in_force()
    agent = holder("service-agent")
    PostHolding.objects.filter(person=agent).update(valid_from=date(2026, 3, 20))

    later = NOW + timedelta(days=30)
    (waiting,) = waiting_for(agent, at=later)

    assert waits(agent) == []
    assert timezone.localtime(waiting.since).isoformat() == "2026-03-20T00:00:00+08:00"
