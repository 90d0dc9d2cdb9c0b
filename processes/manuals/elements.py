"""The elements of a standard as sections (H2.3.1): purpose to exceptions, with the matrix of posts and steps (H4.2)."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from processes.domain.standard import Place, Step
from processes.manuals.blocks import Block, Cell, Facts, Line, Lines, Section, Table
from processes.manuals.writer import Writer
from processes.models.step import Duty
from processes.templatetags.limits import (
    chains,
    days_words,
    dissatisfied_words,
    exception_start,
    minutes_words,
    threshold_when,
    threshold_who,
    waiting_steps,
)
from processes.templatetags.manual import manual_condition
from procstd.look.templatetags.look import limit_words

#: So many posts stand beside each other in a matrix, in one language or two.
_ABREAST = {1: 8, 2: 6}


def element_sections(w: Writer) -> list[Section]:
    """Return the sections from the purpose to the exceptions."""
    standard = w.standard
    rules = standard.exceptions
    return [
        w.section("purpose", _("Purpose"), w.text(standard.purpose), clause="clause-elements-purpose"),
        w.section("scope", _("Scope of application"), w.text(standard.scope), clause="clause-elements-scope"),
        w.section(
            "responsibilities", _("Responsibilities"), _responsibilities(w),
            sections=(w.below("raci", 1, _("Posts and steps (RACI)"), *_matrix(w)),),
            clause="clause-responsibilities",
        ),
        w.section(
            "key-nodes", _("Key nodes"), w.items(w.step(step.key) for step in standard.steps if step.is_key_node)
        ),
        w.section("rules", _("Operating rules"), w.text(standard.rules), clause="clause-elements-rules"),
        w.section(
            "inputs-outputs", _("Inputs and outputs"),
            Facts((w.row(_("Inputs"), w.prose(standard.inputs)), w.row(_("Outputs"), w.prose(standard.outputs)))),
            clause="clause-elements-inputs",
        ),
        w.section("times", _("Time standards"), sections=tuple(_times(w)), clause="clause-totals"),
        w.section(
            "exceptions", _("Exception handling"),
            Table(
                w.heads(_("Step"), _("Trigger"), _("Response"), _("Limit"), _("Escalates to")),
                tuple(
                    (
                        (w.step(rule.step),),
                        (w.prose(rule.trigger), *([w.line(lambda: exception_start(rule), "quiet")] if rule.starts else [])),  # noqa: B023, E501
                        (w.prose(rule.response),),
                        (w.line(lambda: limit_words(rule.limit)),),  # noqa: B023  (said at once)
                        (w.line(w.place(rule.escalate_to)),),
                    )
                    for rule in rules
                ),
                (15, 25, 30, 15, 15),
            ) if rules else w.items(()),
            clause="clause-exceptions",
        ),
    ]  # fmt: skip


def _responsibilities(w: Writer) -> Block:
    dash = w.line("–")
    rows = tuple(
        (
            (w.line(row.department) if row.department else dash,),
            (w.line(row.post) if row.post else dash,),
            (w.prose(row.duty),),
        )
        for row in w.standard.responsibilities
    )
    return Table(w.heads(_("Department"), _("Post"), _("Duty")), rows, (20, 20, 60)) if rows else w.items(())


def _matrix(w: Writer) -> Iterable[Block]:
    """Yield the matrix of steps by posts, as many posts at a time as fit, and what its letters mean."""
    places: dict[tuple[str, str | None], Place] = {}
    for step in w.standard.steps:
        for found in step.posts.values():
            for place in found:
                places.setdefault((place.post, place.department), place)
    columns, abreast = list(places), _ABREAST[len(w.say.languages)]
    yield Lines((w.line(lambda: gettext(", ").join(f"{duty.value} {duty.label}" for duty in Duty), "quiet"),))
    for first in range(0, len(columns), abreast):
        some = columns[first : first + abreast]
        rows = tuple(
            ((w.step(step.key),), *((w.line(_letters(step, column)),) for column in some)) for step in w.standard.steps
        )
        heads = (w.line(_("Step")), *(w.line(w.place(places[column])) for column in some))
        yield Table(heads, rows, (25, *(0 for _column in some)), look="grid")


def _letters(step: Step, column: tuple[str, str | None]) -> str:
    found = [
        duty.value
        for duty in Duty
        if any((place.post, place.department) == column for place in step.posts.get(duty.value, ()))
    ]
    return " ".join(found)


def _times(w: Writer) -> Iterable[Section]:
    """Yield the limits of whole cases, what stands still, and who is told when (elements 5 and 7)."""
    standard, clockwork = w.standard, w.standard.clockwork
    yield w.below(
        "first-response", 1, _("First response"),
        w.items(
            w.line(
                lambda: f"{manual_condition(standard, row.condition)}: {limit_words(row.limit)} · "  # noqa: B023
                f"{gettext('until the end of:')} {_step_words(w, row.until)}"  # noqa: B023
            )
            for row in standard.responses
        ) if standard.responses else Lines((w.line(_("No limit of its own."), "quiet"),)),
    )  # fmt: skip
    yield w.below(
        "whole-case", 2, _("The whole case"),
        w.items(
            w.line(lambda: f"{manual_condition(standard, row.condition)}: {limit_words(row.limit)}")  # noqa: B023
            for row in standard.totals
        ) if standard.totals else Lines((w.line(_("No limit yet."), "quiet"),)),
    )  # fmt: skip
    holds = [
        w.line(
            _("A case may be on hold for %(days)s at most at a stretch; the post that answers for the step allows it."),
            days=lambda: days_words(clockwork.hold_days),
        )
        if clockwork.hold_days
        else w.line(_("A case may not be put on hold.")),
        *(
            w.line(
                _("Step %(number)s “%(title)s”: while the customer is asked the clocks stand still, %(days)s at most."),
                number=step.number, title=step.title, days=lambda: days_words(step.customer_days),  # noqa: B023
            )
            for step in waiting_steps(standard)
        ),
        w.line(
            _("A limit “at once” counts as exceeded %(span)s after its moment."),
            span=lambda: minutes_words(clockwork.grace_minutes),
        ),
        w.line(
            _("When a limit gets tighter while a case runs, at least %(span)s of it is left."),
            span=lambda: minutes_words(clockwork.reaction_minutes),
        ),
    ]  # fmt: skip
    yield w.below("holds", 3, _("Holds and changes"), w.items(holds))
    rule = standard.dissatisfaction
    yield w.below(
        "dissatisfied", 4, _("Dissatisfied customers"),
        Lines((
            w.line(
                _("A rating of %(rating)s opens the case again at step “%(step)s”."),
                rating=lambda: dissatisfied_words(rule), step=lambda: _step_words(w, rule.step),
            ) if rule else w.line(_("No rating sets anything going by itself.")),
        )),
    )  # fmt: skip
    yield w.below("chains", 5, _("Who is told when"), *_chains(w))


def _chains(w: Writer) -> Iterable[Block]:
    """Yield who is told when. The chains are the same in each language, and so is their order."""
    standard = w.standard
    count = len(chains(standard))
    rows: list[tuple[Cell, ...]] = []
    for number in range(count):
        what = w.line(lambda: chains(standard)[number][0])  # noqa: B023
        for threshold in chains(standard)[number][1]:
            when: Line = w.line(lambda: threshold_when(threshold))  # noqa: B023
            rows.append(((what,), (when,), (w.line(lambda: threshold_who(standard, threshold)),)))  # noqa: B023
    if rows:
        yield Table(w.heads(_("Limit"), _("When"), _("Who is told")), tuple(rows), (30, 35, 35))
    note = _(
        "Times after the due time are counted on the clock of the limit itself: of working limits nobody is told at "
        "night."
    )
    yield Lines((w.line(note, "quiet"),))


def _step_words(w: Writer, key: str) -> str:
    step = w.standard.step(key)
    return f"{step.number} {step.title}" if step else gettext("end")
