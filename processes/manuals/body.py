"""Flow, steps, forms and attachments as sections (H2.3.2)."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from processes.domain.picture import MACRO, MICRO
from processes.domain.standard import Field, Form, Outcome, Step
from processes.domain.validity import Standing
from processes.manuals.blocks import (
    Cell,
    Facts,
    Flow,
    Line,
    Sample,
    SampleField,
    Section,
    Table,
    Terms,
)
from processes.manuals.writer import Writer
from processes.models.step import Duty
from processes.templatetags.limits import days_words
from processes.templatetags.manual import field_kind, manual_condition, manual_group, manual_visibility
from procstd.look.templatetags.look import limit_words

#: How a field is printed, by its kind; others are a line to write on.
_DRAWN = {
    "long_text": "area", "choice": "boxes", "choices": "boxes", "yes_no": "boxes", "rating": "scale",
    "file": "boxes", "photo": "boxes",
}  # fmt: skip


def body_sections(w: Writer) -> Iterator[Section]:
    """Yield flow, steps, forms, glossary, referenced rules and attachments."""
    standard = w.standard
    if standard.steps:
        yield w.section(
            "flow", _("Flow"),
            sections=(
                w.below("flow-macro", 1, _("By department"), Flow(MACRO, w.say.languages)),
                w.below("flow-micro", 2, _("Step by step"), Flow(MICRO, w.say.languages), starts_page=True),
            ),
            starts_page=True, clause="clause-steps",
        )  # fmt: skip
    yield w.section("steps", _("Steps"), sections=tuple(_step(w, step) for step in standard.steps))
    if standard.forms:
        yield w.section("forms", _("Forms"), sections=tuple(_form(w, form) for form in standard.forms))
    if standard.glossary:
        rows = tuple((row.key, w.line(row.term, "strong"), w.line(row.meaning)) for row in standard.glossary)
        yield w.section("glossary", _("Glossary"), Terms(rows))
    if standard.references:
        rules = tuple(((w.line(row.title),), (w.prose(row.note),)) for row in standard.references)
        yield w.section(
            "references", _("Referenced rules"), Table(w.heads(_("Rule"), _("What of it")), rules, (45, 55))
        )
    yield w.section(
        "attachments", _("Attachments"), Table(w.heads(_("What"), _("Where to find it")), _attachments(w), (35, 65))
    )


def _step(w: Writer, step: Step) -> Section:
    """Write a step as a table of its labels, without those of which it says nothing."""
    standard = w.standard
    rows = [w.row(_("Operation"), w.prose(step.operation))]
    if step.example.zh or step.example.en:
        rows.append(w.row(_("Example"), w.prose(step.example)))
    duties = [w.places(step.posts[duty.value], lead=duty.value) for duty in Duty if step.posts.get(duty.value)]
    rows.append(w.row(_("Posts"), *duties))
    rows.append(w.row(_("Inputs"), w.prose(step.inputs)))
    rows.append(w.row(_("Outputs"), w.prose(step.outputs)))
    limit = [w.line(lambda: limit_words(step.limit))]
    if step.limit and step.limit.start:
        start = standard.step(step.limit.start)
        named = w.named(start) if start else lambda: gettext("end")
        limit.append(w.line(lambda: f"{gettext('counted from the end of:')} {named()}"))
    rows.append(w.row(_("Time limit"), *limit))
    if step.customer_days:
        words = w.line(_("%(days)s at most; the clocks stand still"), days=lambda: days_words(step.customer_days))
        rows.append(w.row(_("Waits for the customer"), words))
    form = standard.form(step.form)
    if step.form:
        rows.append(
            w.row(_("Form"), w.line(form.name if form else step.form, goal=f"form-{step.form}" if form else ""))
        )
    if step.not_by:
        rows.append(w.row(_("Not by whoever did"), w.step(step.not_by)))
    if step.group:
        rows.append(w.row(_("At the same time as"), w.line(lambda: manual_group(standard, step))))
    rows.append(w.row(_("Then"), *(line for outcome in step.outcomes for line in _ways(w, outcome))))
    return Section(
        f"step-{step.key}", str(step.number), w.line(step.title), (Facts(tuple(rows)),),
        badge=w.line(_("key node"), "key") if step.is_key_node else None,
        clause=f"clause-step-{step.key}", is_kept_together=True,
    )  # fmt: skip


def _ways(w: Writer, outcome: Outcome) -> Iterator[Line]:
    """Yield where an outcome leads: a line for each branch, then one for all other cases."""
    standard, back = w.standard, " ↑" if outcome.is_send_back else ""

    def led(target: str | None, condition: object) -> Line:
        step = standard.step(target)

        def words() -> str:
            goal = f"{step.number} {step.title}" if step else gettext("end")
            case = f" ({condition()})" if callable(condition) else ""
            return f"{outcome.label}{back}{case} → {goal}"

        return w.line(words, goal=f"step-{step.key}" if step else "")

    for branch in outcome.branches:
        yield led(branch.target, lambda: manual_condition(standard, branch.condition))  # noqa: B023  (said at once)
    yield led(outcome.target, (lambda: gettext("otherwise")) if outcome.branches else None)


def _form(w: Writer, form: Form) -> Section:
    heads = w.heads(_("Case number"), _("Date"), _("Filled in by"))
    fields = tuple(_field(w, form, field) for field in form.fields)
    return Section(
        f"form-{form.key}", "", w.line(form.name), (Sample(heads, fields),), clause=f"clause-form-{form.key}",
        is_kept_together=len(fields) < 12,
    )  # fmt: skip


def _field(w: Writer, form: Form, field: Field) -> SampleField:
    told: list[Line] = []
    if field.help.zh.strip() or field.help.en.strip():
        told.append(w.line(field.help))
    if field.kind not in ("text", "long_text", "choice", "yes_no"):
        told.append(w.line(lambda: field_kind(field), "quiet"))
    if field.visible_if:
        told.append(w.line(lambda: manual_visibility(form, field), "quiet"))
    options = tuple(w.line(words) for _key, words in field.options)
    if field.kind == "yes_no":
        options = (w.line(_("yes")), w.line(_("no")))
    elif field.kind in ("file", "photo"):
        options = (w.line(_("attached")),)
    elif field.kind == "rating":
        options = tuple(w.line(str(number)) for number in range(1, 6))
    drawn = _DRAWN.get(field.kind, "line")
    return SampleField(w.line(field.label, "strong"), drawn, tuple(told), options, field.is_required)


def _attachments(w: Writer) -> tuple[tuple[Cell, ...], ...]:
    """Return what goes with the manual: in it, and as files of the system."""
    standard, facts = w.standard, w.facts
    rows: list[tuple[Cell, ...]] = []
    if standard.steps:
        rows.append(((w.line(_("Flow chart")),), (w.line(_("Flow"), goal="flow"),)))
    if standard.forms:
        rows.append(((w.line(_("Samples of the forms")),), (w.line(_("Forms"), goal="forms"),)))
    if facts.status is not Standing.DRAFT:
        words = [standard.code, standard.number]
        chart = settings.PUBLIC_URL + reverse("processes:chart", args=words) + "?as=bpmn"
        data = settings.PUBLIC_URL + reverse("processes:definition", args=words)
        rows.append(((w.line(_("The flow chart as BPMN 2.0")),), (w.line(chart, "mono"),)))
        sha256 = w.line(facts.sha256, "mono", lead="SHA-256")
        rows.append(((w.line(_("The definition as data")),), (w.line(data, "mono"), sha256)))
    return tuple(rows) or (((w.line("–"),), (w.line("–"),)),)
