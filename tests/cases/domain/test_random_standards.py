"""Any valid standard releases, compiles and runs to an end; flow and definition say the same."""

from __future__ import annotations

import random
import re
from datetime import timedelta

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.domain.acting import standard_of
from cases.domain.chain import broken_chains
from cases.engine.compiler import flow_of
from cases.models import Case, CompiledPlace, Task
from cases.models.case import Status
from processes.manuals.page import page_of
from procstd.look.templatetags.look import limit_words
from procstd.organisation.models import Department, Post
from tests.cases.journeys import START_AT, Team, do, opened, sign
from tests.manuals import read_of
from tests.random_standards import next_steps, random_standards
from tests.standards import released

pytestmark = pytest.mark.django_db

#: Loops are drawn too: after so many steps the first outcome, which leads ahead, is always taken.
WANDERING = 40


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=random_standards(), seed=st.integers(0, 10_000))
def test_a_random_standard_runs_as_it_says_to_its_end_whatever_is_chosen(data: dict, seed: int) -> None:
    chance, team = random.Random(seed), Team()  # noqa: S311
    release = released(data, code=f"random-{seed}-{len(data['steps'])}-{Case.objects.count()}")
    standard = standard_of(release.definition)
    case = opened(release.process, answers={"text": "x"}, channel="staff", by=team["service-agent"])
    at_work = next_steps(standard, set(), "", standard.first.key)
    answers: dict[str, dict[str, str]] = {"note": {"text": "x"}}

    for round_number in range(400):
        assert sorted(Task.objects.open().filter(process=case).values_list("key", flat=True)) == sorted(at_work)
        if not at_work:
            break
        step = standard.step(chance.choice(sorted(at_work)))
        outcome = step.outcomes[0] if round_number > WANDERING else chance.choice(step.outcomes)
        given = {"text": "x", "way": chance.choice("ab")} if step.form else {}
        at = START_AT + timedelta(minutes=round_number)
        sign(case, team, step.key, at)
        do(case, team, at, key=step.key, outcome=outcome.key, answers=given)
        if step.form:
            answers[step.form] = given
        forks = [row.target for row in outcome.branches if answers.get("note", {}).get("way") == row.condition.value]
        at_work = next_steps(standard, at_work, step.key, (forks or [outcome.target])[0])

    case = Case.objects.get(pk=case.pk)
    assert (case.status, Task.objects.filter(process=case, finished=None).count()) == (Status.DONE, 0)
    assert Task.objects.filter(process=case, key="end").count() == 1
    assert list(broken_chains([case])) == []


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=random_standards())
def test_flow_and_manual_have_the_same_steps_reachable_with_the_same_posts_limits_and_forms(data: dict) -> None:
    definition = released(data, code=f"same-{len(data['steps'])}-{CompiledPlace.objects.count()}").definition
    standard = standard_of(definition)
    nodes = {node.name: node for node in flow_of(definition).instance.nodes()}

    reached, waiting = set(), ["begin"]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += [edge.dst.name for edge in nodes[name]._outgoing()]

    assert reached == set(nodes)
    assert {name for name in reached if name.startswith("s") and name[1:].isdigit()} == {
        step.key for step in standard.steps
    }
    rows = set(CompiledPlace.objects.filter(step__definition=definition).values_list("step__key", "duty", "post__code"))
    assert rows == {
        (step.key, duty, place.post)
        for step in standard.steps
        for duty, places in step.posts.items()
        for place in places
    }
    with translation.override("en"):
        page = render_to_string("processes/manual_body.html", page_of(read_of(definition.revision), "en"))
        sections = re.split(r'<section class="manual-step[^"]*" id="step-[^"]*">', page)[1:]
        shown = {re.sub(r"<h3[^>]*>", "", section).partition(" ")[0]: section for section in sections}
        assert set(shown) == {name[1:] for name in reached if name.startswith("s") and name[1:].isdigit()}
        for row in data["steps"]:
            section, node = shown[str(row["number"])], nodes[row["key"]].step
            assert _cell(section, "Posts") == " ".join(
                f"{duty} {_place(row['posts'][duty][0])}" for duty in row["posts"]
            )
            assert [place.post for place in node.responsible] == [row["posts"]["R"][0]["post"]["code"]]
            assert _cell(section, "Time limit") == str(limit_words(node.limit))
            assert (node.limit.amount, node.limit.unit) == (row["limit"]["amount"], row["limit"]["unit"])
            assert (node.form, _cell(section, "Form")) == (row["form"], f"The {row['form']}" if row["form"] else "")


def _place(row: dict) -> str:
    post = Post.objects.get(code=row["post"]["code"]).name_en
    return f"{post} ({Department.objects.get(code=row['department']['code']).name_en})" if row["department"] else post


def _cell(section: str, heading: str) -> str:
    """Return the words beside a heading of a step's table."""
    cell = section.partition(f">{heading}</th><td>")[2].partition("</td>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", cell).split())
