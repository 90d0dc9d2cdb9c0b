"""Surveys made by their acts, for journeys that are about something else; a phone's page; what axe finds."""

from __future__ import annotations

import subprocess
import sys

from tests.stack import ROOT, Stack

_BEGIN = """
from decimal import Decimal
from django.utils import timezone
from processes.models import Process
from procstd.organisation.models import Department, User
from surveys.domain.asking import open_questionnaire, print_codes
from surveys.domain.diagnosis.steps import Row, write_steps
from surveys.domain.questioning import begin_questionnaire
from surveys.domain.starting import start_survey
now, by = timezone.now(), User.objects.get(username="he.lin")
departments = list(Department.objects.without_tree_fields().filter(code__in=["service", "quality"]))
process = Process.objects.get(code="complaint")
survey = start_survey(
    process, title_zh="现状调研", title_en="How it runs", owner=by, departments=departments, by=by, at=now
)
"""
_ASK = """
made = begin_questionnaire(
    survey, title_zh="匿名问卷", title_en="Without names", is_anonymous=True, with_starter=True, by=by
)
open_questionnaire(made, by=by, at=now)
print("made", made.pk, *print_codes(made, count={count}, department=departments[0], by=by, at=now))
"""
_STEPS = """
names = [("接收投诉", "Receive"), ("判定责任", "Judge"), ("处理", "Handle"), ("回访", "Call back")]
write_steps(survey, [Row(Decimal(n), {{"name_zh": zh, "name_en": en, "department": departments[n % 2],
            "told_minutes": 60 * n}}) for n, (zh, en) in enumerate(names, 1)], by=by, at=now)
print("made", survey.number)
"""


def _made(stack: Stack, text: str, **facts: object) -> list[str]:
    command = [sys.executable, "manage.py", "shell", "-c", _BEGIN + text.format(**facts)]
    done = subprocess.run(command, cwd=ROOT, env=stack.environment, check=True, capture_output=True, text=True)
    return done.stdout.rpartition("made ")[2].split()


def asked_without_names(stack: Stack, *, count: int) -> tuple[str, list[str]]:
    """Make an open anonymous questionnaire; return its key and the codes of its slips."""
    key, *codes = _made(stack, _ASK, count=count)
    return key, codes


def surveyed(stack: Stack) -> str:
    """Make a survey with four steps as they are told; return its number."""
    (number,) = _made(stack, _STEPS)
    return number
