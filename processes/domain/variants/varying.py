"""Begin a variant, and let it differ (F19). What is equal to the standard that it varies is not stored."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from processes.domain.checker.suppressing import carry_over
from processes.domain.editing import locked_draft
from processes.domain.standard import UNITS
from processes.domain.standing import reopen_after_change
from processes.domain.variants.inheriting import inherited, newest_definition, newest_variant
from processes.domain.variants.places import Kind, Place, Varying, in_order, is_same, places_of, plain, value_of
from processes.models import Definition, Difference, Process, Revision
from processes.models.step import DAYS_MOST, LONG_TEXT_MOST
from procstd import history
from procstd.errors import DomainError
from procstd.logs import log
from procstd.organisation.models import Department, Post

#: So many posts have one part in a step at most, and so large a number does a column hold.
POSTS_MOST, AMOUNT_MOST = 20, 2_147_483_647

#: Values by place and field, as ``{("step:s3", "limit"): {"amount": 4, "unit": "working_hours"}}``.
Values = Mapping[tuple[str, str], Any]


@transaction.atomic
def begin_variant(process: Process, *, department: Department, by: Any, reason: str, at: datetime) -> Revision:
    """Begin a department's variant of the newest released version: it differs in nothing yet.

    Where the department has a released variant of that version, the next issue begins with its differences. Refuses
    a second draft, and a department whose variant is of an older version: that one is brought up first.
    """
    process = Process.objects.select_for_update().get(pk=process.pk)
    parent = newest_definition(process)
    if parent is None:
        raise DomainError(_("A variant varies a released standard, and none is released yet."))
    if not department.is_active:
        raise DomainError(_("“%(what)s” is abolished.") % {"what": department}, field="department")
    present = newest_variant(process, department)
    if present is not None and present.is_draft:
        raise DomainError(
            _("%(department)s has a draft of a variant already: %(number)s.")
            % {"department": department, "number": present},
            field="department",
        )
    if present is not None and present.variant_of_id != parent.pk:
        raise DomainError(
            _("%(department)s has the variant %(number)s. Bring it up to %(newest)s instead.")
            % {"department": department, "number": present, "newest": parent.revision},
            field="department",
        )
    made = write_variant(process, parent, department, by=by, reason=reason, at=at)
    if present is not None:
        rows = [Difference(revision=made, place=row.place, field=row.field, value=row.value)
                for row in present.differences.all()]  # fmt: skip
        history.save_many(rows, by=by, reason=reason)
    carry_over(made, by=by, reason=reason, at=at)
    log.info("variant_begun", process=process.pk, revision=made.pk)
    return made


def write_variant(
    process: Process, parent: Definition, department: Department, *, by: Any, reason: str, at: datetime
) -> Revision:
    """Write an empty variant of *parent* with the next free issue. The caller holds the lock on *process*."""
    numbered = {"major": parent.revision.major, "minor": parent.revision.minor, "variant_for": department}
    made = Revision(
        process=process, variant_of=parent, issue=next_issue(process, **numbered), created_at=at, **numbered
    )
    return history.save(made, by=by, reason=reason)


def next_issue(process: Process, **numbered: Any) -> int:
    """Return the issue that a further variant of that number and department has."""
    issues = process.revisions.filter(**numbered).values_list("issue", flat=True)
    return max(issues, default=0) + 1


@transaction.atomic
def vary(revision: Revision, values: Values, *, by: Any, reason: str, seen: int | None = None) -> Revision:
    """Let a draft of a variant say *values*; a value equal to the inherited one is inherited again.

    Refuses what is released, an edition that is no longer *seen* (F20), what cannot vary, and values that cannot be.
    """
    present = locked_variant(revision, seen)
    places = {place.key: place for place in places_of(inherited(present))}
    stored = {(row.place, row.field): row for row in present.differences.all()}
    codes = _Codes()
    changed = 0
    for (key, name), value in values.items():
        place, varying = _found(places, key, name)
        own = codes.checked(place, varying, value)
        row = stored.get((key, name))
        if is_same(varying, own, value_of(place.row, varying)):
            if row is not None:
                history.delete(row, by=by, reason=reason)
                changed += 1
        elif row is None or not is_same(varying, own, row.value):
            row = row or Difference(revision=present, place=key, field=name)
            row.value = own
            history.save(row, by=by, reason=reason)
            changed += 1
    if changed:
        _raise_edition(present, by=by, reason=reason)
        log.info("variant_changed", revision=present.pk, differences=changed)
    return present


@transaction.atomic
def inherit(revision: Revision, *, place: str, field: str, by: Any, reason: str, seen: int | None = None) -> Revision:
    """Let one field of a draft of a variant say again what it inherits."""
    present = locked_variant(revision, seen)
    row = present.differences.filter(place=place, field=field).first()
    if row is None:
        raise DomainError(_("This is inherited already."))
    history.delete(row, by=by, reason=reason)
    _raise_edition(present, by=by, reason=reason)
    return present


def locked_variant(revision: Revision, seen: int | None) -> Revision:
    """Return the draft of a variant, locked."""
    present = locked_draft(revision, seen)
    if not present.is_variant:
        raise DomainError(_("This is no variant: its own text is written."))
    return present


def _raise_edition(present: Revision, *, by: Any, reason: str) -> None:
    present.edition += 1
    history.save(present, by=by, reason=reason, update_fields=["edition"])
    reopen_after_change(present, by=by, reason=reason)


def _found(places: Mapping[str, Place], key: str, name: str) -> tuple[Place, Varying]:
    place = places.get(key)
    varying = place.field(name) if place else None
    if place is None or varying is None:
        raise DomainError(_("“%(field)s” at “%(place)s” cannot vary.") % {"field": name, "place": key})
    return place, varying


class _Codes:
    """Checks values; posts and departments are read once."""

    def __init__(self) -> None:
        self._posts: set[str] | None = None
        self._departments: set[str] = set()

    def checked(self, place: Place, varying: Varying, value: Any) -> Any:
        """Return *value* in the shape in which it is stored. Refuses what cannot be."""
        match varying.kind:
            case Kind.TEXT:
                return {end: self._text(varying, value[end]) for end in ("zh", "en")}
            case Kind.LIMIT:
                return self._limit(place, varying, value)
            case Kind.DAYS:
                return self._number(varying, value, DAYS_MOST)
            case Kind.POSTS:
                return self._places(varying, value, value_of(place.row, varying))
            case Kind.POST:
                inherited_post = value_of(place.row, varying)
                if value != inherited_post:
                    self._refuse_unknown(varying, value, None)
                return value

    def _text(self, varying: Varying, text: str) -> str:
        if len(text) > LONG_TEXT_MOST:
            raise DomainError(_("“%(what)s”: at most %(most)d characters.")
                              % {"what": varying.label, "most": LONG_TEXT_MOST})  # fmt: skip
        return plain(text)

    def _number(self, varying: Varying, number: Any, most: int) -> int:
        if not isinstance(number, int) or not 0 <= number <= most:
            raise DomainError(_("“%(what)s”: a whole number from 0 to %(most)d.")
                              % {"what": varying.label, "most": most})  # fmt: skip
        return number

    def _limit(self, place: Place, varying: Varying, value: Any) -> Any:
        if value is None and place.kind == "step":
            return None  # the checks say that it lacks one
        if value is None:
            raise DomainError(_("%(place)s: write a limit.") % {"place": place.title})
        if value["unit"] not in UNITS:
            raise DomainError(_("A limit is counted in “%(unit)s”, which is no unit.") % {"unit": value["unit"]})
        return {"amount": self._number(varying, value["amount"], AMOUNT_MOST), "unit": value["unit"]}

    def _places(self, varying: Varying, value: Any, present: list[Any]) -> list[dict[str, Any]]:
        if len(value) > POSTS_MOST:
            raise DomainError(_("“%(what)s”: at most %(most)d posts.") % {"what": varying.label, "most": POSTS_MOST})
        for place in value:
            if place not in present:
                self._refuse_unknown(varying, place["post"], place["department"])
        if any(value.count(place) > 1 for place in value):
            raise DomainError(_("“%(what)s”: a post stands there twice.") % {"what": varying.label})
        return in_order({"post": place["post"], "department": place["department"]} for place in value)

    def _refuse_unknown(self, varying: Varying, post: Any, department: Any) -> None:
        if self._posts is None:
            self._posts = set(Post.objects.filter(is_active=True).values_list("code", flat=True))
            halls = Department.objects.without_tree_fields().filter(is_active=True)
            self._departments = set(halls.values_list("code", flat=True))
        if post not in self._posts or (department is not None and department not in self._departments):
            raise DomainError(_("“%(what)s”: there is no such post or department.") % {"what": varying.label})
