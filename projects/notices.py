"""What people are told about projects: rules and words. No personal data."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procstd.bilingual import in_each_language
from procstd.notices.domain.telling import Note
from procstd.notices.rules import Rule, rule
from projects.models import Member, Project, WeeklyStatus

JOINED = rule("project.joined", gettext_lazy("I join the team of a project"), "working")
CLOSED = rule("project.phase_closed", gettext_lazy("A phase of my project is closed"), "working")
STATUS = rule("project.status", gettext_lazy("The weekly status of my project"), "working")


def _notes(
    rule: Rule, key: str, people: Iterable[int | None], title: Callable[[], str], *, body: Callable[[], str], url: str
) -> list[Note]:
    titles, bodies = in_each_language(title), in_each_language(body)
    return [
        Note(person, rule.name, key, titles["zh"], titles["en"], bodies["zh"], bodies["en"], url)
        for person in dict.fromkeys(people)
        if person is not None
    ]


def joined(project: Project, member: Member) -> list[Note]:
    """Tell somebody of the new duty."""
    return _notes(
        JOINED, f"project:{project.pk}:member:{member.pk}", [member.person_id],
        lambda: _("You are in the team of “%(project)s”") % {"project": project},
        body=lambda: str(member.get_duty_display()), url=project.get_absolute_url(),
    )  # fmt: skip


def phase_closed(project: Project, phase: Any, following: Any, people: Iterable[int | None]) -> list[Note]:
    """Tell the team that a phase is closed and what comes now."""

    def body() -> str:
        if following is None:
            return _("All six phases are closed.")
        return _("Now begins: %(phase)s.") % {"phase": following.label}

    return _notes(
        CLOSED, f"project:{project.pk}:closed:{int(phase)}", people,
        lambda: _("%(project)s: phase closed: %(phase)s") % {"project": project, "phase": phase.label},
        body=body, url=project.get_absolute_url(),
    )  # fmt: skip


def status_made(
    project: Project, status: WeeklyStatus, people: Iterable[int | None], lines: dict[str, list[str]]
) -> list[Note]:
    """Tell the team of the status of the week. *lines* are its sentences by language."""
    titles = in_each_language(lambda: _("%(project)s: status %(week)s") % {"project": project, "week": status.week})
    url = reverse("projects:status-detail", args=[project.code, status.week])
    return [
        Note(
            person, STATUS.name, f"project:{project.pk}:status:{status.week}", titles["zh"], titles["en"],
            "\n".join(lines["zh"]), "\n".join(lines["en"]), url,
        )
        for person in dict.fromkeys(people)
        if person is not None
    ]  # fmt: skip
