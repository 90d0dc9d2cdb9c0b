"""Pieces of training material: steps, limits, what changed, what goes wrong; written of the blocks of a manual."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from processes.domain.redline.change import Change
from processes.domain.standard import ExceptionRule, Step, Words
from processes.manuals.blocks import Block, Cell, Facts, Line, Lines, Table
from processes.manuals.writer import Writer
from processes.models.step import Duty
from processes.templatetags.limits import chains, threshold_when, threshold_who
from processes.templatetags.manual import manual_condition
from procstd.look.templatetags.look import limit_words


def text(w: Writer, words: Words) -> Line:
    """Write a text of the standard; a dash for none. Without the links of a manual: there is no glossary to lead to."""
    said = w.say(words)
    return Line(said) if said else w.line("–")


def step_name(w: Writer, step: Step | None) -> Line:
    """Name a step; none is the end."""
    return w.line(lambda: f"{step.number} {step.title}" if step else gettext("end"))


def step_facts(w: Writer, step: Step, duties: Sequence[str]) -> Facts:
    """Write a step as the post that works there needs it: what, until when, with which form, what then."""
    form = w.standard.form(step.form)
    rows = [
        w.row(_("Your part"), w.line(lambda: gettext(", ").join(f"{key} {Duty(key).label}" for key in duties))),
        w.row(_("What to do"), text(w, step.operation)),
    ]
    if step.example.zh or step.example.en:
        rows.append(w.row(_("Example"), text(w, step.example)))
    rows.append(w.row(_("You get"), text(w, step.inputs)))
    rows.append(w.row(_("You give"), text(w, step.outputs)))
    if step.countersigned:
        rows.append(w.row(_("Countersigned by"), w.places(step.countersigned)))
    rows.append(w.row(_("Time limit"), w.line(lambda: limit_words(step.limit), look="strong")))
    if form:
        needed = [field.label for field in form.fields if field.is_required]
        rows.append(
            w.row(_("Form"), w.line(form.name), *([_joined(w, _("Must be filled in"), needed)] if needed else []))
        )
    rows.append(w.row(_("Then"), *(_way(w, outcome.label, outcome.target) for outcome in step.outcomes)))
    return Facts(tuple(rows))


def _joined(w: Writer, label: object, words: Iterable[object]) -> Line:
    rows = list(words)
    return w.line(
        lambda: gettext("%(what)s: %(rows)s") % {"what": label, "rows": gettext(", ").join(map(str, rows))},
        look="quiet",
    )


def _way(w: Writer, label: object, target: str | None) -> Line:
    goal = w.standard.step(target)
    return w.line(lambda: f"{label} → {f'{goal.number} {goal.title}' if goal else gettext('end')}")


def limit_table(w: Writer, steps: Iterable[Step]) -> Table:
    """Write the limits of steps, and those of the whole case below them."""
    rows: list[tuple[Cell, ...]] = [
        (
            (step_name(w, step),),
            (w.line(lambda s=step: limit_words(s.limit), look="strong"),),
        )
        for step in steps
        if step.limit
    ]
    for total in w.standard.totals:
        label = w.line(
            lambda t=total: gettext("The whole case: %(when)s") % {"when": manual_condition(w.standard, t.condition)}
        )
        rows.append(((label,), (w.line(lambda t=total: limit_words(t.limit), look="strong"),)))
    return Table(w.heads(_("What"), _("Time limit")), tuple(rows), (65, 35))


def change_list(w: Writer, changes: Sequence[Change], *, empty: object) -> Block:
    """Write differences as sentences."""
    if not changes:
        return Lines((w.line(empty, look="quiet"),))
    return w.items(w.line(lambda c=change: str(c.sentence)) for change in changes)


def exception_table(w: Writer, rules: Sequence[ExceptionRule]) -> Block:
    """Write what can go wrong, what to do then, and to whom it goes."""
    if not rules:
        return Lines((w.line(_("No rule for exceptions."), look="quiet"),))
    rows = tuple(
        (
            (step_name(w, w.standard.step(rule.step)),),
            (text(w, rule.trigger),),
            (text(w, rule.response),),
            (w.line(lambda r=rule: limit_words(r.limit)), w.line(w.place(rule.escalate_to), look="quiet")),
        )
        for rule in rules
    )
    return Table(
        w.heads(_("Step"), _("Trigger"), _("Response"), _("Limit, and who takes it over")), rows, (18, 27, 32, 23)
    )


def told_table(w: Writer) -> Table:
    """Write who is told when of which limit: what supervision watches."""
    # The chains are the same in each language, and so is their order; their names are not.
    rows = tuple(
        (
            (w.line(lambda n=number: chains(w.standard)[n][0]),),
            (w.line(lambda r=row: threshold_when(r)),),
            (w.line(lambda r=row: threshold_who(w.standard, r)),),
        )
        for number, (_names, chain) in enumerate(chains(w.standard))
        for row in chain
    )
    return Table(w.heads(_("Limit"), _("When"), _("Who is told")), rows, (40, 30, 30))
