"""A standard as data: what a definition says, typed. Flow, forms, manual and checks read this and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.translation import gettext

from procstd.bilingual import suffix

#: Kinds of field whose answer is one of the options, or several of them.
CHOOSING = frozenset({"choice", "choices"})


@dataclass(frozen=True)
class Words:
    """A text in both languages; ``str()`` gives the one in force, or the other where it is empty."""

    zh: str
    en: str

    def __str__(self) -> str:
        first, second = (self.zh, self.en) if suffix() == "zh" else (self.en, self.zh)
        return first if first.strip() else second

    @classmethod
    def of(cls, data: Mapping[str, str] | None) -> Words:
        return cls(data.get("zh", ""), data.get("en", "")) if data else cls("", "")


#: On which clock a unit counts, and how many seconds it has there; a working day is counted as such (R1-R3).
UNITS: dict[str, tuple[str, int]] = {
    "working_minutes": ("working", 60),
    "working_hours": ("working", 3600),
    "working_days": ("working_day", 1),
    "minutes": ("elapsed", 60),
    "hours": ("elapsed", 3600),
    "days": ("elapsed", 86_400),
}


@dataclass(frozen=True)
class Limit:
    """How long something may take: 0 is at once. ``start`` is the step whose end starts it, or empty."""

    amount: int
    unit: str
    start: str = ""

    @property
    def kind(self) -> str:
        """On which clock it counts: ``elapsed``, ``working`` or ``working_day``."""
        return UNITS[self.unit][0]

    @property
    def budget(self) -> int:
        """Its length on that clock: seconds, or working days."""
        return self.amount * UNITS[self.unit][1]


@dataclass(frozen=True)
class Place:
    """A post, in one department or wherever it is held, by code and name."""

    post: str
    name: Words
    department: str | None = None
    department_name: Words | None = None

    def __str__(self) -> str:
        """The post, and the department if it is meant in one, in the language in force."""
        if self.department is None:
            return str(self.name)
        named = {"post": self.name, "department": self.department_name or self.department}
        return gettext("%(post)s (%(department)s)") % named

    @property
    def code(self) -> str:
        """The post's code, with the department's if it is one place only: ``head``, ``head@quality``."""
        return f"{self.post}@{self.department}" if self.department else self.post

    def may_be(self, other: Place) -> bool:
        """Tell whether one person can be in both places by one post."""
        return self.post == other.post and (
            self.department == other.department or None in (self.department, other.department)
        )


@dataclass(frozen=True)
class Condition:
    """A field, as ``register.grade``, has a value."""

    field: str
    value: str

    @property
    def form(self) -> str:
        """The key of the form that has the field."""
        return self.field.partition(".")[0]

    def holds(self, data: Mapping[str, Mapping[str, Any]]) -> bool:
        """Tell whether the answers given so far (``{form: {field: value}}``) meet the condition."""
        _form, _dot, name = self.field.partition(".")
        answer = data.get(self.form, {}).get(name)
        if answer is None:
            return False
        if isinstance(answer, bool):
            answer = "yes" if answer else "no"
        return self.value in answer if isinstance(answer, list) else str(answer) == self.value


@dataclass(frozen=True)
class Branch:
    """Another target when a condition holds. A target is a step's key, or None for the end."""

    condition: Condition
    target: str | None


@dataclass(frozen=True)
class Outcome:
    """How a step can end, and where it leads."""

    key: str
    label: Words
    target: str | None
    is_send_back: bool = False
    branches: tuple[Branch, ...] = ()

    def target_for(self, data: Mapping[str, Mapping[str, Any]]) -> str | None:
        """Return the next step for the answers given so far: the first branch that applies, else the target."""
        return next((branch.target for branch in self.branches if branch.condition.holds(data)), self.target)

    @property
    def targets(self) -> list[str | None]:
        """Every step it can lead to."""
        return [*(branch.target for branch in self.branches), self.target]


@dataclass(frozen=True)
class Response:
    """How long until the customer's matter is taken in hand: when the step *until* ends (element 5)."""

    limit: Limit
    until: str
    condition: Condition | None = None


@dataclass(frozen=True)
class Threshold:
    """A moment on a limit's own clock at which somebody is told (F61, R11).

    A ``warn`` comes at *percent* of the limit, a ``breach`` when it is exceeded, an ``escalate``
    *minutes* of that clock after it was due. *recipients* are ``handler``, ``supervisor``,
    ``head``, ``lead``, or ``post:<code>``.
    """

    kind: str
    recipients: tuple[str, ...]
    percent: int = 0
    minutes: int = 0


#: Who is told when a standard says nothing of it: the chain handler, supervisor, head, project lead.
USUAL_THRESHOLDS = (
    Threshold("warn", ("handler",), percent=80),
    Threshold("breach", ("handler", "supervisor")),
    Threshold("escalate", ("head",), minutes=120),
    Threshold("escalate", ("lead",), minutes=480),
)


@dataclass(frozen=True)
class Clockwork:
    """What a standard says of all its clocks. Minutes, and days around the clock."""

    #: A limit at once is exceeded so long after its moment (R5).
    grace_minutes: int = 15
    #: No change of a limit leaves less time than this (R10, R14).
    reaction_minutes: int = 240
    #: A case may be on hold so long at a stretch, allowed by the accountable post (F59); 0: never.
    hold_days: int = 10


@dataclass(frozen=True)
class Dissatisfaction:
    """What an unsatisfied customer sets going: a rating of *at_most* reopens the case at *step* (F65)."""

    at_most: int
    step: str


@dataclass(frozen=True)
class Step:
    """A step of the standard."""

    key: str
    number: int
    title: Words
    operation: Words
    example: Words
    inputs: Words
    outputs: Words
    limit: Limit | None
    form: str | None
    is_key_node: bool
    posts: dict[str, tuple[Place, ...]]
    outcomes: tuple[Outcome, ...]
    #: The step whose doer may not do this one (separation of duties), or empty.
    not_by: str = ""
    group: int | None = None
    lane: int = 1
    #: While it waits for the customer the case's clocks stand still, so many days at most; 0: they run on.
    customer_days: int = 0
    #: The keys of the pain points that it answers (H4.1).
    answers: tuple[str, ...] = ()

    def outcome(self, key: str) -> Outcome | None:
        return next((outcome for outcome in self.outcomes if outcome.key == key), None)

    @property
    def responsible(self) -> tuple[Place, ...]:
        """The posts that do it (R)."""
        return self.posts.get("R", ())

    @property
    def countersigned(self) -> tuple[Place, ...]:
        """The posts each of which countersigns before it can be completed (S)."""
        return self.posts.get("S", ())


@dataclass(frozen=True)
class Field:
    """A field of a form."""

    key: str
    kind: str
    label: Words
    help: Words
    is_required: bool
    is_personal: bool
    is_public: bool = False
    options: tuple[tuple[str, Words], ...] = ()
    visible_if: tuple[str, str] | None = None

    @property
    def values(self) -> list[str]:
        """The values that a condition may ask for; none for kinds without a list of values."""
        if self.kind in CHOOSING:
            return [key for key, _label in self.options]
        return ["yes", "no"] if self.kind == "yes_no" else []


@dataclass(frozen=True)
class Form:
    """A form of the standard."""

    key: str
    name: Words
    fields: tuple[Field, ...]

    def field(self, key: str) -> Field | None:
        return next((field for field in self.fields if field.key == key), None)


@dataclass(frozen=True)
class ExceptionRule:
    """What can go wrong at a step, how long one tries, and to whom it goes then."""

    step: str
    trigger: Words
    response: Words
    limit: Limit
    escalate_to: Place
    key: str = ""
    #: What starts it besides a report: ``sent_back`` to its step, the step's form ``incomplete``; or nothing.
    starts: str = ""


@dataclass(frozen=True)
class Total:
    """How long a whole case may take; for all, or when a condition holds."""

    limit: Limit
    condition: Condition | None = None


@dataclass(frozen=True)
class Responsibility:
    """What a post or a department answers for."""

    post: Words | None
    department: Words | None
    duty: Words
    post_code: str | None = None
    department_code: str | None = None


@dataclass(frozen=True)
class Term:
    """A word of the glossary and what the standard means by it (F16)."""

    key: str
    term: Words
    meaning: Words


@dataclass(frozen=True)
class Reference:
    """A rule outside of the standard that it refers to."""

    title: Words
    note: Words


@dataclass(frozen=True)
class Variant:
    """What a variant is a variant of, and the department that it is for (F19)."""

    number: str
    sha256: str
    department: str
    department_name: Words


@dataclass(frozen=True)
class Standard:
    """A whole standard (H2.3.1)."""

    code: str
    name: Words
    category: str
    number: str
    purpose: Words
    scope: Words
    rules: Words
    inputs: Words
    outputs: Words
    responsibilities: tuple[Responsibility, ...]
    totals: tuple[Total, ...]
    forms: tuple[Form, ...]
    steps: tuple[Step, ...]
    exceptions: tuple[ExceptionRule, ...]
    responses: tuple[Response, ...] = ()
    #: By target: ``response``, ``total``, ``step``, ``exception``, or one step's key.
    thresholds: Mapping[str, tuple[Threshold, ...]] = field(default_factory=dict)
    clockwork: Clockwork = Clockwork()
    dissatisfaction: Dissatisfaction | None = None
    #: The names of the posts that thresholds name by code.
    recipient_posts: Mapping[str, Words] = field(default_factory=dict)
    glossary: tuple[Term, ...] = ()
    references: tuple[Reference, ...] = ()
    #: What the survey named (H4.1), by key.
    pain_points: Mapping[str, Words] = field(default_factory=dict)
    #: Of a variant only.
    variant: Variant | None = None

    @cached_property
    def _steps(self) -> dict[str, Step]:
        return {step.key: step for step in self.steps}

    def step(self, key: str | None) -> Step | None:
        return self._steps.get(key) if key else None

    def form(self, key: str | None) -> Form | None:
        return next((form for form in self.forms if form.key == key), None)

    def field(self, path: str) -> Field | None:
        """Return the field that a path as ``register.grade`` names."""
        form, _dot, name = path.partition(".")
        found = self.form(form)
        return found.field(name) if found else None

    @cached_property
    def terms(self) -> dict[str, Term]:
        """The glossary by what is written for a term in a text, in either language, in small letters."""
        names = ((name.strip().lower(), row) for row in self.glossary for name in (row.term.zh, row.term.en))
        return {name: row for name, row in names if len(name) > 1}

    @cached_property
    def term_pattern(self) -> re.Pattern[str] | None:
        """Finds terms of the glossary in texts, the longest first; in English whole words, in the plural too."""
        names = sorted(self.terms, key=len, reverse=True)
        found = [rf"\b{re.escape(name)}(?=s?\b)" if name.isascii() else re.escape(name) for name in names]
        return re.compile("|".join(found), re.IGNORECASE) if found else None

    def thresholds_for(self, target: str, step: str = "") -> tuple[Threshold, ...]:
        """Return when and whom a limit tells, in order: those of the step itself before those of all steps."""
        found = self.thresholds.get(step) if target == "step" and step else None
        return found or self.thresholds.get(target) or USUAL_THRESHOLDS

    def exception(self, key: str) -> ExceptionRule | None:
        return next((rule for rule in self.exceptions if rule.key == key), None)

    def lanes(self, group: int) -> dict[int, list[Step]]:
        """Return the steps of a parallel group by lane, in order."""
        lanes: dict[int, list[Step]] = {}
        for step in self.steps:
            if step.group == group:
                lanes.setdefault(step.lane, []).append(step)
        return dict(sorted(lanes.items()))

    def leaves_group(self, step: Step) -> bool:
        """Tell whether an outcome of *step*, which stands in a group, leads out of it."""
        goals = (self.step(target) for outcome in step.outcomes for target in outcome.targets)
        return any(goal is None or goal.group != step.group for goal in goals)

    def after(self, group: int) -> set[str | None]:
        """Return where the lanes of a group lead to outside of it; a sound group has one such place."""
        inside = {step.key for lane in self.lanes(group).values() for step in lane}
        return {
            target
            for step in self.steps
            if step.key in inside
            for outcome in step.outcomes
            for target in outcome.targets
            if target not in inside
        }

    @property
    def first(self) -> Step:
        """The step with which a case begins."""
        return self.steps[0]

    @property
    def public_form(self) -> Form | None:
        """What customers fill in on the public page: those fields of the first step's form, or None.

        Never a choice of people or departments: customers are not shown who works here.
        """
        form = self.form(self.first.form)
        inside = ("person", "department")
        fields = tuple(field for field in form.fields if field.is_public and field.kind not in inside) if form else ()
        return Form(form.key, form.name, fields) if form and fields else None

    @property
    def groups(self) -> list[int]:
        return sorted({step.group for step in self.steps if step.group is not None})

    def arcs_of(self, step: Step) -> Iterator[tuple[str, str | None, Outcome]]:
        """Yield every way from *step* to a next one, or to the end (None)."""
        for outcome in step.outcomes:
            for target in outcome.targets:
                yield step.key, target, outcome

    def arcs(self) -> Iterator[tuple[str, str | None, Outcome]]:
        """Yield every way from a step to the next one, or to the end (None)."""
        for step in self.steps:
            yield from self.arcs_of(step)
