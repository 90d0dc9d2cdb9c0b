"""What people are told about surveys: that they are asked, and that an answer still lacks. Never what was answered."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procstd.bilingual import in_each_language
from procstd.notices.domain.telling import Note
from procstd.notices.rules import Rule, rule
from surveys.models import Observation, Questionnaire

ASKED = rule("survey.asked", gettext_lazy("A questionnaire asks for my answer"))
REMINDED = rule("survey.reminded", gettext_lazy("A questionnaire still waits for my answer"), "working")
OBSERVE = rule("survey.observe", gettext_lazy("I am asked to observe a process"))


def observe(observation: Observation) -> Note:
    """Ask somebody to observe a cycle with the stopwatch.

    What is observed and where is typed freely, perhaps with the name of a customer: it is read here, not in a mail.
    """

    def title() -> str:
        return _("Please observe: %(what)s") % {"what": observation.survey.process}

    def body() -> str:
        words = {"process": observation.survey.process, "number": f"O{observation.number}"}
        return _("It is about how “%(process)s” runs today, observation %(number)s.") % words

    titles, bodies = in_each_language(title), in_each_language(body)
    words = [observation.survey.number, observation.number]
    return Note(
        observation.observer_id, OBSERVE.name, f"observation:{observation.pk}", titles["zh"], titles["en"],
        bodies["zh"], bodies["en"], reverse("surveys:watch", args=words),
    )  # fmt: skip


def asked(questionnaire: Questionnaire, people: Iterable[int]) -> list[Note]:
    """Ask each of *people* for an answer."""
    return _notes(ASKED, f"questionnaire:{questionnaire.pk}:asked", questionnaire, people, asks=True)


def reminded(questionnaire: Questionnaire, people: Iterable[int], *, on: date) -> list[Note]:
    """Remind those who have not answered."""
    return _notes(
        REMINDED, f"questionnaire:{questionnaire.pk}:reminded:{on.isoformat()}", questionnaire, people, asks=False
    )


def _notes(rule: Rule, key: str, questionnaire: Questionnaire, people: Iterable[int], *, asks: bool) -> list[Note]:
    def title() -> str:
        if asks:
            return _("Please answer: %(title)s") % {"title": questionnaire.title}
        return _("Still waits for your answer: %(title)s") % {"title": questionnaire.title}

    def body() -> str:
        lines = [_("It is about how “%(process)s” runs today.") % {"process": questionnaire.survey.process}]
        if questionnaire.is_anonymous:
            lines.append(_("It is anonymous: nobody can find out what you answered."))
        return "\n".join(lines)

    titles, bodies = in_each_language(title), in_each_language(body)
    url = reverse("surveys:answer", args=[questionnaire.pk])
    return [Note(pk, rule.name, key, titles["zh"], titles["en"], bodies["zh"], bodies["en"], url) for pk in people]
