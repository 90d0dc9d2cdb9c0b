"""What people are told about improvements: rules and words. Nothing at the moment of an anonymous suggestion (A6)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from improvements.models import Evaluation, State, Suggestion
from processes.models import Process
from procstd.bilingual import in_each_language
from procstd.notices.domain.telling import Note
from procstd.notices.rules import Rule, rule
from procstd.organisation.models import PostHolding
from procstd.roles import Role

SUGGESTED = rule("suggestion.made", gettext_lazy("A suggestion to a process of mine"), "digest")
WAITING = rule("suggestion.waiting", gettext_lazy("How many suggestions wait for a decision"), "digest")
DECIDED = rule("suggestion.decided", gettext_lazy("What becomes of a suggestion that I made or follow"), "working")
PLANNED = rule("evaluation.planned", gettext_lazy("A process of mine is to be evaluated"), "working")
OVERDUE = rule("evaluation.overdue", gettext_lazy("An evaluation is overdue"), "working")
EVALUATED = rule("evaluation.decided", gettext_lazy("An evaluation is decided"), "working")


def holders_of(*roles: Role) -> set[int]:
    """Return the ids of those who hold a post with one of *roles* today."""
    held = PostHolding.objects.in_force(timezone.localdate()).filter(post__role__in=roles, person__is_active=True)
    return set(held.values_list("person_id", flat=True))


def deciders(process: Process) -> set[int]:
    """Return the ids of those who decide on suggestions to *process*: its owner and the specialists."""
    return {process.owner_id, *holders_of(Role.PROCESS_SPECIALIST)} - {None}  # type: ignore[return-value]


def _notes(
    rule: Rule, key: str, people: Iterable[int | None], title: Callable[[], str], body: Callable[[], str], url: str
) -> list[Note]:
    titles, bodies = in_each_language(title), in_each_language(body)
    return [
        Note(person, rule.name, key, titles["zh"][:200], titles["en"][:200], bodies["zh"], bodies["en"], url)
        for person in dict.fromkeys(people)
        if person is not None
    ]


def suggested(suggestion: Suggestion, people: Iterable[int]) -> list[Note]:
    """Tell those who decide of a suggestion by name."""
    named = {"number": suggestion.number, "process": suggestion.process}
    return _notes(
        SUGGESTED, f"suggestion:{suggestion.pk}:made", sorted(people),
        lambda: _("%(number)s: a suggestion to “%(process)s”") % named,
        lambda: suggestion.proposal[:300], suggestion.get_absolute_url(),
    )  # fmt: skip


def waiting(count: int, monday: date, people: Iterable[int], url: str) -> list[Note]:
    """Tell once a week how many suggestions nobody has taken up."""
    return _notes(
        WAITING, f"suggestions:waiting:{monday}", sorted(people),
        lambda: ngettext(
            "%(n)d suggestion waits to be taken up", "%(n)d suggestions wait to be taken up", count
        ) % {"n": count},
        lambda: _("Whoever suggests sees what becomes of it: take it up, merge, adopt or decline with a reason."), url,
    )  # fmt: skip


def decided(suggestion: Suggestion, people: Iterable[int | None]) -> list[Note]:
    """Tell author and followers what has become of a suggestion."""

    def title() -> str:
        return _("%(number)s: %(state)s") % {
            "number": suggestion.number, "state": State(suggestion.state).label,
        }  # fmt: skip

    def body() -> str:
        if suggestion.state == State.EFFECTIVE:
            return _("It is part of version %(version)s. Thank you.") % {"version": suggestion.effective_version}
        if suggestion.merged_into is not None:
            return _("It goes on as %(number)s; you are told of what becomes of that.") % {
                "number": suggestion.merged_into.number
            }
        return suggestion.reason

    key = f"suggestion:{suggestion.pk}:{suggestion.state}:{suggestion.effective_version}"
    return _notes(DECIDED, key, people, title, body, suggestion.get_absolute_url())


def planned(evaluation: Evaluation, people: Iterable[int]) -> list[Note]:
    """Tell those who evaluate that an evaluation is planned."""
    named = {"number": evaluation.number, "process": evaluation.process}
    return _notes(
        PLANNED, f"evaluation:{evaluation.pk}:planned", sorted(people),
        lambda: _("%(number)s: evaluate “%(process)s”") % named,
        lambda: _("%(trigger)s. Due on %(day)s.") % {
            "trigger": evaluation.get_trigger_display(), "day": evaluation.due_on
        },
        evaluation.get_absolute_url(),
    )  # fmt: skip


def overdue(evaluation: Evaluation, people: Iterable[int], *, on: date) -> list[Note]:
    """Tell that an evaluation should have been decided."""
    named = {"number": evaluation.number, "process": evaluation.process}
    return _notes(
        OVERDUE, f"evaluation:{evaluation.pk}:overdue:{on}", sorted(people),
        lambda: _("%(number)s is overdue: evaluate “%(process)s”") % named,
        lambda: _("It was due on %(day)s. Gather the evidence, then decide: keep, revise or retire.")
        % {"day": evaluation.due_on},
        evaluation.get_absolute_url(),
    )  # fmt: skip


def evaluated(evaluation: Evaluation, people: Iterable[int]) -> list[Note]:
    """Tell what was decided about a standard."""
    named = {"number": evaluation.number, "process": evaluation.process}
    return _notes(
        EVALUATED, f"evaluation:{evaluation.pk}:decided", sorted(people),
        lambda: _("%(number)s: “%(process)s” is evaluated") % named,
        lambda: f"{evaluation.get_outcome_display()}. {evaluation.reason}", evaluation.get_absolute_url(),
    )  # fmt: skip
