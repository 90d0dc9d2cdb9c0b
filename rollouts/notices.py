"""What people are told about rollouts: what to confirm, trainings, waves. Names of colleagues stay on the pages."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from datetime import UTC, date

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from processes.models import Definition
from procstd.bilingual import in_each_language
from procstd.history import version_of
from procstd.moments import moment
from procstd.notices.domain.telling import Note
from procstd.notices.rules import Rule, rule
from procstd.organisation.models import Department
from rollouts.models import Rollout, Training, Wave

ASKED = rule("rollout.asked", gettext_lazy("A version of a standard waits for my confirmation"), "working")
REMINDED = rule("rollout.reminded", gettext_lazy("My confirmation is still missing"), "working")
ESCALATED = rule("rollout.escalated", gettext_lazy("People of my department have not confirmed a standard"), "working")
INVITED = rule("training.invited", gettext_lazy("I am invited to a training"), "working")
TRAINING_REMINDED = rule("training.reminded", gettext_lazy("A training of mine is near"), "working")
TRAINING_CANCELLED = rule("training.cancelled", gettext_lazy("A training of mine does not take place"))
TAKEN_OVER = rule("rollout.taken-over", gettext_lazy("A rollout that I planned is taken over"), "working")
WAVE_RELEASED = rule("wave.released", gettext_lazy("A wave that I planned is released"), "working")
WAVE_REFUSED = rule("wave.refused", gettext_lazy("A wave that I planned lacks something, and is not released"))

Words = Callable[[], str]


def _notes(rule: Rule, key: str, people: Iterable[int], *, title: Words, body: Words, url: str) -> list[Note]:
    titles, bodies = in_each_language(title), in_each_language(body)
    return [Note(pk, rule.name, key, titles["zh"], titles["en"], bodies["zh"], bodies["en"], url) for pk in people]


def _standard(definition: Definition) -> dict[str, object]:
    return {"process": definition.revision.process, "number": definition.revision}


def _facts(training: Training) -> dict[str, object]:
    return {
        "when": moment(training.starts_at), "title": training.title, "place": training.place,
        "trainer": training.trainer,
    }  # fmt: skip


def _when_and_where(training: Training) -> str:
    """Return a mark that changes with the moment and the place, whatever zone the moment is written in."""
    place = hashlib.sha256(training.place.encode()).hexdigest()[:12]
    return f"{training.starts_at.astimezone(UTC):%Y%m%d%H%M}:{place}"


def asked(definition: Definition, people: Iterable[int]) -> list[Note]:
    """Ask people to confirm a version."""
    return _notes(
        ASKED, f"ack:{definition.pk}:asked", people,
        title=lambda: _("Please read and confirm: %(process)s %(number)s") % _standard(definition),
        body=lambda: _("What changes for your own posts comes first."),
        url=reverse("rollouts:confirm", args=[definition.pk]),
    )  # fmt: skip


def reminded(definition: Definition, people: Iterable[int], *, days: int) -> list[Note]:
    """Remind people who were asked so many days ago."""

    def body() -> str:
        return ngettext(
            "You were asked %(days)d day ago.", "You were asked %(days)d days ago.", days
        ) % {"days": days}  # fmt: skip

    return _notes(
        REMINDED, f"ack:{definition.pk}:reminded:{days}", people,
        title=lambda: _("Still to be confirmed by you: %(process)s %(number)s") % _standard(definition),
        body=body, url=reverse("rollouts:confirm", args=[definition.pk]),
    )  # fmt: skip


def escalated(
    definition: Definition, department: Department, heads: Iterable[int], *, count: int, on: date
) -> list[Note]:
    """Tell the heads of a department how many of its people have not confirmed; who, the page says."""

    def title() -> str:
        words = {"count": count, "department": department, **_standard(definition)}
        return ngettext(
            "%(department)s: %(count)d person has not confirmed %(process)s %(number)s",
            "%(department)s: %(count)d people have not confirmed %(process)s %(number)s",
            count,
        ) % words  # fmt: skip

    return _notes(
        ESCALATED, f"ack:{definition.pk}:{department.pk}:escalated:{on.isoformat()}", heads, title=title,
        body=lambda: _("They were asked and reminded. Please see to it that they read it."),
        url=reverse("rollouts:coverage-standard", args=[definition.pk]),
    )  # fmt: skip


def invited(training: Training, people: Iterable[int]) -> list[Note]:
    """Invite people to a training."""
    return _notes(
        INVITED, f"training:{training.pk}:invited:{version_of(training)}", people,
        title=lambda: _("Training on %(when)s: %(title)s") % _facts(training),
        body=lambda: _("Place: %(place)s. Trainer: %(trainer)s.") % _facts(training),
        url=training.get_absolute_url(),
    )  # fmt: skip


def training_near(training: Training, people: Iterable[int]) -> list[Note]:
    """Remind those invited to a training, the day before."""
    return _notes(
        TRAINING_REMINDED, f"training:{training.pk}:near:{_when_and_where(training)}", people,
        title=lambda: _("Soon: training on %(when)s, %(title)s") % _facts(training),
        body=lambda: _("Place: %(place)s. Trainer: %(trainer)s.") % _facts(training),
        url=training.get_absolute_url(),
    )  # fmt: skip


def training_cancelled(training: Training, people: Iterable[int], *, reason: str) -> list[Note]:
    """Tell those invited that a training does not take place."""
    return _notes(
        TRAINING_CANCELLED, f"training:{training.pk}:cancelled", people,
        title=lambda: _("Does not take place: training on %(when)s, %(title)s") % _facts(training),
        body=lambda: reason, url=training.get_absolute_url(),
    )  # fmt: skip


def rollout_taken_over(rollout: Rollout, people: Iterable[int], *, reason: str) -> list[Note]:
    """Tell who had a plan that another project lead has it now."""
    return _notes(
        TAKEN_OVER, f"rollout:{rollout.pk}:taken-over:{version_of(rollout)}", people,
        title=lambda: _("%(who)s has taken over your rollout: %(rollout)s")
        % {"who": rollout.planned_by, "rollout": rollout},
        body=lambda: reason, url=rollout.get_absolute_url(),
    )  # fmt: skip


def wave_released(wave: Wave, people: Iterable[int]) -> list[Note]:
    """Tell who planned a wave that it is in force."""
    return _notes(
        WAVE_RELEASED, f"wave:{wave.pk}:released", people,
        title=lambda: _("Wave %(wave)s is released: %(rollout)s") % {"wave": wave, "rollout": wave.rollout},
        body=lambda: "", url=wave.rollout.get_absolute_url(),
    )  # fmt: skip


def wave_refused(wave: Wave, people: Iterable[int], *, on: date, lacks: Callable[[], list[str]]) -> list[Note]:
    """Tell who planned a wave, and the project leads, what it lacks. Once a day."""
    return _notes(
        WAVE_REFUSED, f"wave:{wave.pk}:refused:{on.isoformat()}", people,
        title=lambda: _("Wave %(wave)s of %(day)s is not released: %(rollout)s")
        % {"wave": wave, "day": date_format(wave.starts_on, "SHORT_DATE_FORMAT"), "rollout": wave.rollout},
        body=lambda: "\n".join(lacks()), url=wave.rollout.get_absolute_url(),
    )  # fmt: skip
