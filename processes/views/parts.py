"""What each page of the editor shows, by the part of the draft that it changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from processes.forms import editor, limits, terms
from processes.forms.parts import EMPTY_ROWS, Choices
from processes.models import Branch, ExceptionRule, Form, Revision, Step, Target, Threshold

#: Makes the part of a page; *data* is what was posted, or None.
Maker = Callable[[Choices, Any], editor.Part]


def save_form(revision: Revision, data: Any, auto_id: str = "id_%s") -> editor.SaveForm:
    """Return the form that asks why, and knows which edition was seen."""
    initial = {"seen": revision.edition, "reason": _("Drafting")}
    return editor.SaveForm(data, initial=initial, auto_id=auto_id)


def _part(title: str, choices: Choices, data: Any, main: Any, *tables: tuple[Any, Any, Any]) -> editor.Part:
    return editor.Part(title, save_form(choices.revision, data, choices.auto_id), main, list(tables))


def _rows(factory: Any, choices: Choices, data: Any, prefix: str, **facts: Any) -> Any:
    kwargs = {"choices": choices, **facts.pop("form_kwargs", {})}
    return factory(data, prefix=prefix, form_kwargs=kwargs, auto_id=choices.auto_id, **facts)


def _elements(choices: Choices, data: Any) -> editor.Part:
    main = editor.ElementsForm(data, instance=choices.revision, choices=choices)
    return _part(_("Purpose, scope, rules, inputs and outputs"), choices, data, main)


def _responsibilities(choices: Choices, data: Any) -> editor.Part:
    rows = _rows(editor.ResponsibilityRows, choices, data, "rows", instance=choices.revision)
    advice = _("What each post or department answers for. Name them; “departments concerned” is nobody.")
    return _part(_("Responsibilities"), choices, data, None, (_("Responsibilities"), advice, rows))


def _totals(choices: Choices, data: Any) -> editor.Part:
    responses = _rows(limits.ResponseRows, choices, data, "responses", instance=choices.revision)
    response_advice = _(
        "How soon the customer’s matter is in hand: from the start of the case until a step is done. "
        "None, one for all cases, or one for each value of a field."
    )
    rows = _rows(limits.TotalRows, choices, data, "rows", instance=choices.revision)
    advice = _("How long a whole case may take: one line for all cases, or a line for each value of a field.")
    return _part(
        _("Time standards"), choices, data, None,
        (_("First response"), response_advice, responses), (_("Limits of the whole case"), advice, rows),
    )  # fmt: skip


def _exceptions(choices: Choices, data: Any) -> editor.Part:
    found = ExceptionRule.objects.filter(step__revision=choices.revision).select_related("step", "escalate_to")
    rows = _rows(limits.ExceptionRows, choices, data, "rows", queryset=found)
    advice = _("What can go wrong at a step, how long one tries, and to whom it goes then.")
    return _part(_("Exceptions"), choices, data, None, (_("Exceptions"), advice, rows))


def _thresholds(choices: Choices, data: Any) -> editor.Part:
    usual = _(
        "Without any line the usual chain holds: handler, when exceeded supervisor, then head, then project lead."
    )
    advice = {
        Target.RESPONSE: _("While the first response is awaited."),
        Target.TOTAL: _("While the whole case runs."),
        Target.STEP: _("While a step is worked on; for all steps without lines of their own."),
        Target.EXCEPTION: _("While an exception is dealt with."),
    }
    rows = Threshold.objects.filter(revision=choices.revision, step="").as_reached()
    tables: list[tuple[Any, Any, Any]] = []
    for target in Target:
        found = rows.filter(target=target)
        facts = {"queryset": found, "form_kwargs": {"target": target.value}}
        chain = _rows(limits.ThresholdRows, choices, data, target.value, **facts)
        tables.append((target.label, f"{advice[target]} {usual}", chain))
    single = Threshold.objects.filter(revision=choices.revision).exclude(step="").as_reached()
    facts = {"queryset": single, "form_kwargs": {"target": Target.STEP.value}}
    own = _rows(limits.StepThresholdRows, choices, data, "single", **facts)
    tables.append((_("Single steps"), _("In place of the lines for each step; a chain of its own for one step."), own))
    return _part(_("Who is told when"), choices, data, None, *tables)


def _clockwork(choices: Choices, data: Any) -> editor.Part:
    main = limits.ClockworkForm(data, instance=choices.revision, choices=choices)
    return _part(_("Clocks, holds and dissatisfaction"), choices, data, main)


def _glossary(choices: Choices, data: Any) -> editor.Part:
    rows = _rows(terms.GlossaryRows, choices, data, "rows", instance=choices.revision)
    advice = _("A word that the standard explains is linked in the manual, and no longer counts as vague.")
    return _part(_("Glossary"), choices, data, None, (_("Terms"), advice, rows))


def _references(choices: Choices, data: Any) -> editor.Part:
    rows = _rows(terms.ReferenceRows, choices, data, "rows", instance=choices.revision)
    advice = _(
        "Company rules, laws and norms that the standard refers to; with number and date, so that one finds them."
    )
    return _part(_("Referenced rules"), choices, data, None, (_("Referenced rules"), advice, rows))


def _pain_points(choices: Choices, data: Any) -> editor.Part:
    rows = _rows(terms.PainPointRows, choices, data, "rows", instance=choices.revision.process)
    advice = _(
        "What goes wrong today, and where: “approval repeated three times, 1.5 days on average”. "
        "They belong to the process; each step says which of them it answers."
    )
    return _part(_("Pain points"), choices, data, None, (_("Pain points"), advice, rows))


PARTS: dict[str, Maker] = {
    "elements": _elements,
    "responsibilities": _responsibilities,
    "totals": _totals,
    "exceptions": _exceptions,
    "thresholds": _thresholds,
    "clockwork": _clockwork,
    "glossary": _glossary,
    "references": _references,
    "pain-points": _pain_points,
}


def step_part(step: Step) -> Maker:
    """Return what makes the page of *step*, with its posts, outcomes and branches."""

    def make(choices: Choices, data: Any) -> editor.Part:
        main = editor.StepForm(data, instance=step, choices=choices)
        title = str(step) if step.pk else _("New step")
        return _part(title, choices, data, main, *_step_tables(step, choices, data))

    return make


def details_part(step: Step) -> Maker:
    """Return what makes the details of *step* beside the grid: what is no cell there, and its exceptions."""

    def make(choices: Choices, data: Any) -> editor.Part:
        main = editor.StepDetailsForm(data, instance=step, choices=choices, auto_id=choices.auto_id)
        found = step.exceptions.select_related("step", "escalate_to")
        lines = _rows(
            limits.ExceptionRows, choices, data, "exceptions", queryset=found,
            initial=[{"step": step.pk}] * EMPTY_ROWS,
        )  # fmt: skip
        advice = _("What can go wrong at a step, how long one tries, and to whom it goes then.")
        tables = (*_step_tables(step, choices, data), (_("Exceptions"), advice, lines))
        return _part(str(step), choices, data, main, *tables)

    return make


def _step_tables(step: Step, choices: Choices, data: Any) -> list[tuple[Any, Any, Any]]:
    tables = [
        (
            _("Posts"),
            _("R does it, A answers for it (exactly one), C is asked, I is told, S countersigns."),
            _rows(editor.StepPostRows, choices, data, "posts", instance=step),
        ),
        (
            _("Outcomes"),
            _("How the step can end; each is a button of the task, and leads to a next step."),
            _rows(editor.OutcomeRows, choices, data, "outcomes", instance=step),
        ),
    ]
    if step.pk:
        found = Branch.objects.filter(outcome__step=step)
        branches = _rows(editor.BranchRows, choices, data, "branches", queryset=found, form_kwargs={"step": step})
        advice = _("An outcome can lead elsewhere when an earlier answer has a certain value.")
        tables.append((_("Branches"), advice, branches))
    return tables


def form_part(form: Form) -> Maker:
    """Return what makes the page of *form* and its fields."""

    def make(choices: Choices, data: Any) -> editor.Part:
        main = editor.FormForm(data, instance=form, choices=choices)
        advice = _("The help of a field says what must be written: when, where, what was seen, what it affects.")
        fields = _rows(editor.FieldRows, choices, data, "fields", instance=form)
        title = str(form) if form.pk else _("New form")
        return _part(title, choices, data, main, (_("Fields"), advice, fields))

    return make
