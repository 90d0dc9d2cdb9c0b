"""What people are told about cases: the rules one can choose by, and the words (F61, F62). No personal data."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models import Clock, Effect
from cases.models.report import ExceptionKind, ExceptionReport
from cases.queries.reading import clock_name
from cases.queries.reports import Figures
from processes.domain.standard import Standard
from procstd.bilingual import in_each_language
from procstd.moments import moment
from procstd.notices.letters import letter
from procstd.notices.rules import Rule, rule

WARNED = rule("clock.warned", gettext_lazy("A limit is nearly used up"), "working")
BREACHED = rule("clock.breached", gettext_lazy("A limit is overdue"))
ESCALATED = rule("clock.escalated", gettext_lazy("An overdue matter is escalated to me"))
ASKED = rule("clock.asked", gettext_lazy("A hold or more time waits for my decision"))
REPORTED = rule("report.exceptions", gettext_lazy("The weekly exception report is there"), "working")
DECIDED = rule("clock.decided", gettext_lazy("My request for a hold or more time is decided"), "working")
LOST = rule("task.lost", gettext_lazy("A task of mine is taken from me"), "working")
GIVEN = rule("task.given", gettext_lazy("A task is given to me"), "working")

#: What a customer is mailed (F54).
ACCEPTED = letter(
    "case.accepted", gettext_lazy("Acceptance notice of a case"), "cases.domain.acceptance.acceptance_letter"
)

_BY_KIND: dict[str, Rule] = {"warn": WARNED, "breach": BREACHED, "escalate": ESCALATED}


def rule_of(effect: Effect) -> Rule:
    """Return the rule by which *effect* is told."""
    return _BY_KIND[effect.kind]


def words_of(effect: Effect, clock: Clock, standard: Standard) -> dict[str, str]:
    """Return title and body of the notice of *effect*, in both languages."""
    facts = {"target": clock.target, "step": clock.step, "rule": clock.rule}

    def title() -> str:
        sentence = {
            "warn": _("Due soon: %(case)s, %(limit)s"),
            "breach": _("Overdue: %(case)s, %(limit)s"),
            "escalate": _("Escalated: %(case)s, %(limit)s is overdue"),
        }[effect.kind]
        return sentence % {"case": clock.case.number, "limit": clock_name(standard, facts)}

    def body() -> str:
        return _("%(process)s. Due %(due)s.") % {"process": standard.name, "due": moment(effect.due_at)}

    titles, bodies = in_each_language(title), in_each_language(body)
    return {
        "title_zh": titles["zh"],
        "title_en": titles["en"],
        "body_zh": bodies["zh"],
        "body_en": bodies["en"],
    }


def words_of_request(title: Any) -> dict[str, str]:
    """Return the title of a notice about a request or a task, in both languages."""
    titles = in_each_language(title)
    return {"title_zh": titles["zh"], "title_en": titles["en"]}


def words_of_report(report: ExceptionReport, figures: Figures, process: Any = None) -> dict[str, str]:
    """Return title and body of the notice of a weekly report: its figures, within what the reader may see."""

    def title() -> str:
        facts = {"week": report.week, "count": figures.total, "process": process}
        if process is not None:
            return _("Exceptions %(week)s, %(process)s: %(count)d") % facts
        return _("Exceptions %(week)s: %(count)d") % facts

    def body() -> str:
        counted = [f"{kind.label}: {figures.kinds[kind]}" for kind in ExceptionKind if figures.kinds[kind]]
        return "\n".join([*counted, _("Cases closed: %(count)d") % {"count": figures.closed}])

    titles, bodies = in_each_language(title), in_each_language(body)
    return {"title_zh": titles["zh"], "title_en": titles["en"], "body_zh": bodies["zh"], "body_en": bodies["en"]}
