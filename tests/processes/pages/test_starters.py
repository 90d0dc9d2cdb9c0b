"""From the list of starters to a draft without a fault, over the pages alone."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from processes.domain.catalogue import add_process
from processes.domain.drafting import write_draft
from processes.domain.faulting import faults_in
from processes.domain.releasing import checks_only, release
from processes.domain.starting import data_with_posts, proposed_posts
from processes.models import Process, Revision
from processes.starters import STARTERS
from procstd.errors import DomainError
from procstd.organisation.models import Post
from procstd.roles import Role
from tests.factories import PostFactory
from tests.processes.pages.desk import person_as
from tests.standards import process_named

pytestmark = pytest.mark.django_db
CLAIM = STARTERS["expense-claim"]


@pytest.fixture
def writer(signed_in: Any) -> Any:
    return signed_in(person_as(Role.PROCESS_SPECIALIST))


def roles_as_posts(starter: Any) -> dict[str, str]:
    """Make a post for each role; return which is which."""
    known = set(Post.objects.values_list("code", flat=True))
    for role in starter.roles:
        if role.replace("_", "-") not in known:
            PostFactory(code=role.replace("_", "-"))
    return {role: role.replace("_", "-") for role in starter.roles}


@pytest.mark.parametrize("key", STARTERS)
def test_every_starter_with_its_roles_mapped_is_released_and_compiled(key):
    starter, process = STARTERS[key], process_named(key)
    draft = write_draft(
        process, data_with_posts(starter, roles_as_posts(starter)), by=None, reason="Test", at=timezone.now()
    )

    assert faults_in(draft) == []
    assert release(draft, by=None, at=timezone.now(), gate=checks_only).definition.is_intact


def test_a_process_is_added_from_a_starter_and_its_draft_begun(writer):
    posts = roles_as_posts(CLAIM)
    department = process_named("other").department
    listed = writer.get(reverse("processes:starter-list"))
    assert all(str(starter.name["en"]) in listed.text for starter in STARTERS.values())

    page = writer.get(reverse("processes:process-add") + "?starter=expense-claim")
    form = page.context["form"]
    assert (form["name_zh"].value(), form["category"].value()) == (CLAIM.name["zh"], "approval")
    data = {name: form[name].value() or "" for name in form.fields} | {"department": department.pk, "reason": "New"}
    data.pop("is_core")
    added = writer.post(reverse("processes:process-add"), data)
    begin = reverse("processes:draft-from-starter", args=["expense-claim", "expense-claim"])
    assert added.url == begin

    fields = writer.get(begin).context["form"]
    assert {role: fields[role].value() for role in posts} == posts, "codes alike are proposed"
    without = {**posts, "accountant": "", "reason": "Drafting"}
    began = writer.post(begin, without)

    draft = Revision.objects.get(process__code="expense-claim")
    assert began.url == draft.get_absolute_url()
    assert {str(fault.message) for fault in faults_in(draft)} == {
        "A responsibility lacks its bearer, or its text in both languages.",
        "Step 3: no post is responsible (R).",
    }
    assert "There is a draft already" in writer.post(begin, without).text


def test_a_role_to_whom_exceptions_escalate_cannot_be_left_for_later(writer):
    process, posts = process_named("claim"), roles_as_posts(CLAIM)
    begin = reverse("processes:draft-from-starter", args=["claim", CLAIM.key])

    refused = writer.post(begin, {**posts, "finance": "", "reason": "x"})
    forged = writer.post(begin, {**posts, "finance": "<b>", "reason": "x"})

    assert "finance" in refused.context["form"].errors
    assert "finance" in forged.context["form"].errors
    assert not process.revisions.exists()
    assert writer.get(begin.replace(CLAIM.key, "nothing")).status_code == 404


def test_posts_are_proposed_by_names_in_either_language_and_not_by_chance():
    for code, zh, en in (
        ("p1", "部门负责人", "x"), ("p2", "财务主任", "Finance managers"), ("p3", "焊工", "Welder"),
    ):  # fmt: skip
        PostFactory(code=code, name_zh=zh, name_en=en)

    assert proposed_posts(CLAIM, Post.objects.all()) == {"head": "p1", "finance": "p2"}


def test_two_roles_may_be_one_post(writer):
    posts = dict.fromkeys(CLAIM.roles, PostFactory(code="all").code)
    draft = write_draft(process_named("small"), data_with_posts(CLAIM, posts), by=None, reason="x", at=timezone.now())
    assert faults_in(draft) == []


def test_the_pages_cost_the_same_with_one_post_and_with_thirty(writer):
    process_named("claim")
    counts = []
    addresses = [
        reverse("processes:draft-from-starter", args=["claim", CLAIM.key]), reverse("processes:starter-list"),
    ]  # fmt: skip
    for more in (1, 29):
        PostFactory.create_batch(more)
        with CaptureQueriesContext(connection) as queries:
            for address in addresses:
                assert writer.get(address).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_no_process_takes_the_address_of_the_starters():
    facts = {"name_zh": "甲", "name_en": "A", "category": "support", "department": process_named("a").department}
    with pytest.raises(DomainError):
        add_process(by=None, reason="x", code="starters", **facts)
    assert not Process.objects.filter(code="starters").exists()
