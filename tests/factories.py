"""Factories: one per model, a trait per state."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import factory
from django.utils import timezone

from procstd.jobs.models import Job, State
from procstd.organisation.models import Department, Post, PostHolding, Substitution, User
from procstd.roles import Role

PASSWORD = "correct horse battery"


class DepartmentFactory(factory.django.DjangoModelFactory[Department]):
    class Meta:
        model = Department
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda n: f"dep-{n}")
    name_zh = factory.Sequence(lambda n: f"部门{n}")
    name_en = factory.Sequence(lambda n: f"Department {n}")


class PostFactory(factory.django.DjangoModelFactory[Post]):
    class Meta:
        model = Post

    code = factory.Sequence(lambda n: f"post-{n}")
    name_zh = factory.Sequence(lambda n: f"岗位{n}")
    name_en = factory.Sequence(lambda n: f"Post {n}")
    role = Role.FRONTLINE


class PersonFactory(factory.django.DjangoModelFactory[User]):
    class Meta:
        model = User
        skip_postgeneration_save = True

    class Params:
        staff = factory.Trait(is_staff=True)
        gone = factory.Trait(is_active=False)

    username = factory.Sequence(lambda n: f"person-{n}")
    name_zh = factory.Sequence(lambda n: f"人员{n}")
    name_en = factory.Sequence(lambda n: f"Person {n}")
    email = factory.LazyAttribute(lambda person: f"{person.username}@example.com")
    language = "en"
    department = factory.SubFactory(DepartmentFactory)
    password = factory.django.Password(PASSWORD)


class PostHoldingFactory(factory.django.DjangoModelFactory[PostHolding]):
    class Meta:
        model = PostHolding

    class Params:
        ended = factory.Trait(valid_until=date(2026, 2, 1))

    person = factory.SubFactory(PersonFactory)
    post = factory.SubFactory(PostFactory)
    department = factory.LazyAttribute(lambda holding: holding.person.department)
    valid_from = date(2026, 1, 1)


class SubstitutionFactory(factory.django.DjangoModelFactory[Substitution]):
    class Meta:
        model = Substitution

    holding = factory.SubFactory(PostHoldingFactory)
    substitute = factory.SubFactory(PersonFactory)
    valid_from = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=1))
    valid_until = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=7))


class JobFactory(factory.django.DjangoModelFactory[Job]):
    class Meta:
        model = Job

    class Params:
        done_already = factory.Trait(state=State.DONE, finished_at=factory.LazyFunction(timezone.now))

    kind = "sheet-export"
    owner = factory.SubFactory(PersonFactory)
    facts = factory.LazyFunction(lambda: {"sheet": "people"})
    created_at = factory.LazyFunction(timezone.now)


def beyond_reach(person: User) -> User:
    """Let a person's time zone be one that is no more, past every check: nobody can be told anything there."""
    User.objects.filter(pk=person.pk).update(time_zone="Atlantis/Capital")
    return person


def person_with(role: str, department: Department | None = None, **facts: Any) -> User:
    """Return a person who holds a post with *role* in *department* since the start of 2026."""
    if department is not None:
        facts["department"] = department
    person = PersonFactory(**facts)
    PostHoldingFactory(person=person, post=PostFactory(role=role))
    return person
