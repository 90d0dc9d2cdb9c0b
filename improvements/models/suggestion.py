"""A suggestion 优化建议 (H2.6.4 template 3, F80), by name or so that nobody can find out who (A6).

Of an anonymous one stands here neither person nor moment: a month, a number and a key drawn by chance, and
no entry of its coming in the history. Its author follows it by a code, of which only the SHA-256 is kept (A7).
"""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procstd.bilingual import Bilingual
from procstd.history import records
from procstd.organisation.models import Department
from procstd.roles import Role

#: Who reads every suggestion: those who decide on them, and auditors.
OVERSEERS = frozenset({Role.PROCESS_SPECIALIST, Role.PROJECT_LEAD, Role.AUDITOR})
TEXT_MOST, NOTE_MOST = 2_000, 1_000


def key_by_chance() -> int:
    """Return a key that follows no other: the order of keys must not be the order of suggestions (A6)."""
    return secrets.randbelow(2**52) + 1


class Kind(models.TextChoices):
    """What kind of improvement it is."""

    SIMPLIFY = "simplify", _("Simplify a step")
    MERGE = "merge", _("Merge or drop steps")
    TOOL = "tool", _("Bring in a tool")
    LIMIT = "limit", _("Change a time limit")
    FORM = "form", _("Change a form")
    WORDING = "wording", _("Say it more clearly")
    OTHER = "other", _("Something else")


class Difficulty(models.TextChoices):
    """How hard it would be to do."""

    LOW = "low", _("Low")
    MEDIUM = "medium", _("Medium")
    HIGH = "high", _("High")


class State(models.TextChoices):
    """What has become of it."""

    NEW = "new", _("New")
    IN_WORK = "in_work", _("In work")
    ADOPTED = "adopted", _("Adopted")
    DECLINED = "declined", _("Declined")
    MERGED = "merged", _("Merged into another")
    EFFECTIVE = "effective", _("In effect")


#: What can still be decided on.
OPEN = (State.NEW, State.IN_WORK)
#: What has become part of a standard, or will.
TAKEN = (State.ADOPTED, State.EFFECTIVE)


class SuggestionQuerySet(models.QuerySet["Suggestion"]):
    def visible_to(self, user: Any) -> SuggestionQuerySet:
        """Those who decide see all.

        Others see their own, those of processes they answer for, and what was adopted. Whoever follows one does not
        see it because of that: anybody may follow, see :meth:`followed_by`.
        """
        if user.is_staff or user.roles & OVERSEERS:
            return self
        seen = Q(proposer=user) | Q(process__owner=user) | Q(state__in=TAKEN)
        headed = user.departments_as(Role.DEPARTMENT_HEAD)
        if headed:
            below = Department.objects.without_tree_fields().below(headed)
            seen |= Q(process__department__in=below)
        return self.filter(seen)

    def followed_by(self, user: Any) -> SuggestionQuerySet:
        """Those that *user* follows. Of one that is not visible only number, proposal and state are shown."""
        return self.filter(pk__in=Follower.objects.filter(person=user).values("suggestion"))

    def open(self) -> SuggestionQuerySet:
        """Those on which nothing is decided yet."""
        return self.filter(state__in=OPEN)


class Suggestion(models.Model):
    """A suggestion to a standard, one of its clauses, or a case. Its texts are in the words of whoever wrote them."""

    has_files = True

    # Of this kind, since SQLite keeps rows in the order of an integer key, and of other keys in that of their coming.
    id = models.BigAutoField(primary_key=True, default=key_by_chance, editable=False)
    number = models.CharField(_("Number"), max_length=16, unique=True)
    process = models.ForeignKey(
        "processes.Process", on_delete=models.PROTECT, related_name="suggestions", verbose_name=_("Process")
    )
    version = models.CharField(_("Version"), max_length=40, blank=True, help_text="that was in force then")
    anchor = models.CharField(max_length=80, blank=True, help_text="of the clause, as clause-step-s4; empty: the whole")
    clause_zh = models.CharField(max_length=200, blank=True)
    clause_en = models.CharField(max_length=200, blank=True)
    case = models.ForeignKey(
        "cases.Case", on_delete=models.PROTECT, null=True, blank=True, related_name="suggestions",
        verbose_name=_("Case"),
    )  # fmt: skip
    proposer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="suggestions",
        verbose_name=_("Proposer"),
    )  # fmt: skip
    department = models.ForeignKey(
        "organisation.Department", on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("Department"),
    )  # fmt: skip
    is_anonymous = models.BooleanField(_("Anonymous"), default=False)
    kind = models.CharField(_("Kind"), max_length=10, choices=Kind)
    problem = models.TextField(_("Present problem"), max_length=TEXT_MOST)
    proposal = models.TextField(_("Proposal"), max_length=TEXT_MOST)
    effect = models.TextField(_("Expected effect"), max_length=NOTE_MOST)
    difficulty = models.CharField(_("Difficulty"), max_length=8, choices=Difficulty)
    notes = models.TextField(_("Remarks"), max_length=NOTE_MOST, blank=True)
    words = models.TextField(editable=False, help_text="tokens of problem and proposal, to find similar ones by")
    code_sha256 = models.CharField(max_length=64, unique=True, editable=False)
    month = models.DateField(help_text="its first day; of an anonymous one all that is kept of when")
    suggested_at = models.DateTimeField(_("Suggested"), null=True)
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.NEW)
    taken_up_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(_("Decided"), null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.TextField(_("Reason"), max_length=NOTE_MOST, blank=True)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged")
    effective_at = models.DateTimeField(null=True)
    effective_version = models.CharField(max_length=40, blank=True)

    clause = Bilingual("clause")
    history = records()
    objects = SuggestionQuerySet.as_manager()

    class Meta:
        ordering = ["-month", "number"]
        verbose_name = _("suggestion")
        verbose_name_plural = _("suggestions")
        indexes = [models.Index(fields=["process", "state"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_anonymous=True, proposer=None, suggested_at=None, case=None)
                | Q(is_anonymous=False, proposer__isnull=False, suggested_at__isnull=False),
                name="anonymous_knows_neither_person_nor_moment",
            ),
            models.CheckConstraint(
                condition=Q(state="merged", merged_into__isnull=False) | ~Q(state="merged"), name="merged_into_one"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("improvements:suggestion", args=[self.number])

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def look(self) -> str:
        """The colour of its state."""
        return {
            State.NEW: "waiting", State.IN_WORK: "running", State.ADOPTED: "info", State.DECLINED: "draft",
            State.MERGED: "draft", State.EFFECTIVE: "done",
        }[State(self.state)]  # fmt: skip


class Follower(models.Model):
    """Somebody who wants the same, or whose own suggestion was merged: is told what becomes of it."""

    suggestion = models.ForeignKey(Suggestion, on_delete=models.CASCADE, related_name="followers")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["suggestion", "person"], name="follows_once")]

    def __str__(self) -> str:
        return f"{self.suggestion} · {self.person}"
