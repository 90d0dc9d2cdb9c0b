"""Any valid standard releases, compiles and runs to an end; flow and definition say the same."""

from __future__ import annotations

import random
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
from procstd.look.templatetags.look import limit_words
from tests.cases.journeys import START_AT, Team, do, opened
from tests.standards import random_standards, released

pytestmark = pytest.mark.django_db

#: Loops are drawn too: after so many steps the first outcome, which leads ahead, is always taken.
WANDERING = 40


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=random_standards(), seed=st.integers(0, 10_000))
def test_a_random_standard_runs_to_its_end_whatever_is_chosen(data: dict, seed: int) -> None:
    chance, team = random.Random(seed), Team()  # noqa: S311
    release = released(data, code=f"random-{seed}-{len(data['steps'])}-{Case.objects.count()}")
    case = opened(release.process, answers={"text": "x"}, channel="staff", by=team["service-agent"])

    for round_number in range(400):
        tasks = list(Task.objects.open().filter(process=case))
        if not tasks:
            break
        task = chance.choice(tasks)
        step = standard_of(release.definition).step(task.key)
        outcome = step.outcomes[0] if round_number > WANDERING else chance.choice(step.outcomes)
        answers = {"text": "x", "way": chance.choice("ab")} if step.form else {}
        do(case, team, START_AT + timedelta(minutes=round_number), key=task.key, outcome=outcome.key, answers=answers)

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
    assert all(nodes[step.key].step is step for step in standard.steps)
    with translation.override("en"):
        page = render_to_string(
            "processes/manual_body.html", {"standard": standard, "process": definition.revision.process}
        )
        sections = page.split('<section class="manual-step">')[1:]
        shown = {section.partition("<h3>")[2].partition(" ")[0]: section for section in sections[: len(standard.steps)]}
        assert set(shown) == {name[1:] for name in reached if name.startswith("s") and name[1:].isdigit()}
        for step in standard.steps:
            section = shown[str(step.number)]
            posts = [place.name.en for place in nodes[step.key].step.responsible]
            assert posts
            assert all(post in section for post in posts)
            assert limit_words(nodes[step.key].step.limit) in section
            form = standard.form(nodes[step.key].step.form)
            assert ("Form</th>" in section) == (form is not None)
            assert form is None or str(form.name) in section
