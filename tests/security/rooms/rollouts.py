"""Rollout: their addresses in the permission matrix, and one of each of their rows."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from cases.domain.practising import start_practice
from processes.models import Release
from procstd.organisation.models import Department, User
from procstd.roles import Role
from rollouts.domain.planning import plan_rollout
from rollouts.domain.quizzing import begin_attempt, write_question
from rollouts.domain.training import plan_training
from rollouts.models import Need, NeedKind, Tier
from tests.security.cast import OWNER, SIGNED_IN, WORKING, with_roles
from tests.security.lines import HEAD_HERE, PROCESS, RELEASING, REPORTED, ROUTING, Line, act, form, page, row_of

DEFINITION = {"pk": "rollout-definition"}
TRAINING = {"number": "rollout-training"}
DECK = {**DEFINITION, "post": ("literal", "subject")}
WAVE = {"number": "rollout-wave"}
PRACTICE = {"number": "rollout-practice"}
#: Overseers; the owner, who is invited and sees to a need; the head of the department here.
CONCERNED = with_roles(Role.PROJECT_LEAD, Role.PROCESS_SPECIALIST, Role.AUDITOR) | {OWNER, HEAD_HERE}

LINES: dict[str, Line] = {
    "rollouts:home": page(WORKING),
    "rollouts:panel-confirm": page(SIGNED_IN),
    "rollouts:confirm": form(WORKING, **DEFINITION),
    "rollouts:coverage": page(REPORTED),
    "rollouts:coverage-standard": page(REPORTED, **DEFINITION),
    # --- trainings: the trainer, who is the specialist here, and who plans ---
    "rollouts:training-add": form(ROUTING),
    "rollouts:training": row_of(page(WORKING, **TRAINING), CONCERNED),
    "rollouts:training-change": row_of(form(WORKING, **TRAINING), ROUTING),
    "rollouts:training-cancel": row_of(form(WORKING, **TRAINING), ROUTING),
    "rollouts:training-invite": row_of(form(WORKING, **TRAINING), ROUTING),
    "rollouts:training-tick": row_of(act(WORKING, **TRAINING), ROUTING),
    "rollouts:material-add": row_of(form(WORKING, **TRAINING), ROUTING),
    # --- made from the standard ---
    "rollouts:material": page(WORKING, **DEFINITION),
    "rollouts:deck": page(WORKING, **DECK),
    "rollouts:deck-make": act(WORKING, **DECK),
    "rollouts:material-report": page(WORKING, **DEFINITION),
    "rollouts:material-report-make": act(WORKING, **DEFINITION),
    "rollouts:practice-start": act(WORKING, **DEFINITION),
    "rollouts:practice": row_of(form(WORKING, **PRACTICE), {OWNER}),
    "rollouts:practice-stop": row_of(act(WORKING, **PRACTICE), {OWNER}),
    "rollouts:quiz": page(WORKING, **DEFINITION),
    "rollouts:quiz-begin": act(WORKING, **DEFINITION),
    "rollouts:quiz-attempt": row_of(form(WORKING, pk="rollout-attempt"), {OWNER}),
    "rollouts:quiz-rule": form(ROUTING, **PROCESS),
    "rollouts:question-list": page(ROUTING, **PROCESS),
    "rollouts:question-add": form(ROUTING, **PROCESS),
    "rollouts:question-change": form(ROUTING, pk="rollout-question"),
    # --- waves: who releases plans them ---
    "rollouts:plan-add": form(RELEASING),
    "rollouts:plan": row_of(page(WORKING, pk="rollout-plan"), CONCERNED),
    "rollouts:plan-take-over": form(RELEASING, pk="rollout-plan"),
    "rollouts:wave-add": form(RELEASING, pk="rollout-plan"),
    "rollouts:wave-change": form(RELEASING, **WAVE),
    "rollouts:wave-withdraw": form(RELEASING, **WAVE),
    "rollouts:wave-override": form(RELEASING, **WAVE),
    "rollouts:need-add": form(ROUTING, **WAVE),
    "rollouts:need-change": row_of(form(WORKING, pk="rollout-need"), ROUTING | {OWNER}),
}


def rows(callers: dict[str, Any], words: dict[str, Any], *, at: datetime) -> dict[str, Any]:
    """Make one of each; return the words that stand in their addresses. *words* are those of the rooms below."""
    definition = Release.objects.select_related("definition__revision__process").get(pk=words["release"]).definition
    here = Department.objects.without_tree_fields().filter(code="here")
    # As the next request reads them: the owner's posts were read before there was this standard.
    owner, specialist, lead = (
        User.objects.get(pk=callers[name].pk)
        for name in (OWNER, f"{Role.PROCESS_SPECIALIST.value} here", f"{Role.PROJECT_LEAD.value} here")
    )
    training = plan_training(
        definition, tier=Tier.EXECUTION, title_zh="培训", title_en="Training", starts_at=at + timedelta(days=1),
        minutes=60, place="Room 1", trainer=specialist, departments=here, posts=[], by=specialist, at=at,
    )  # fmt: skip
    plan = plan_rollout(
        definition, begins_on=timezone.localdate(at) + timedelta(days=1), departments=here, per_wave=1, by=lead, at=at
    )
    wave = plan.waves.get()
    need = Need.objects.create(wave=wave, kind=NeedKind.OTHER, what_en="Tablets", owner=owner)
    question = write_question(
        definition.revision.process, text_zh="？", text_en="?", right_zh="甲", right_en="A",
        wrong=[{"zh": "乙", "en": "B"}], clause="", by=specialist, reason="Test",
    )  # fmt: skip
    return {
        "rollout-definition": definition.pk,
        "rollout-training": training.number,
        "rollout-plan": plan.pk,
        "rollout-wave": wave.number,
        "rollout-need": need.pk,
        "rollout-question": question.pk,
        "rollout-attempt": begin_attempt(definition, by=owner, at=at).pk,
        "rollout-practice": start_practice(definition, by=owner, at=at).number,
    }
