"""The forms of the editor: each part of a draft is a main form, tables of rows, and the reason of the change."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db.models import Model
from django.forms import BaseInlineFormSet, inlineformset_factory, modelformset_factory
from django.utils.translation import gettext_lazy as _

from processes.domain.options import visible_choices
from processes.forms.fields import OptionsField
from processes.forms.keys import give_keys
from processes.forms.parts import ROWS, ConditionMixin, OnceMixin, PartForm
from processes.models import Answer, Branch, Field, Form, Outcome, Responsibility, Revision, Step, StepPost
from procstd.acts import ActForm, ReasonMixin, SeenMixin


class SaveForm(SeenMixin, ReasonMixin, ActForm):
    """Why the part is changed, and which edition was seen."""


class ElementsForm(PartForm):
    class Meta:
        model = Revision
        fields = [
            f"{name}_{end}" for name in ("purpose", "scope", "rules", "inputs", "outputs") for end in ("zh", "en")
        ]


class ResponsibilityForm(PartForm):
    class Meta:
        model = Responsibility
        fields = ["post", "department", "duty_zh", "duty_en", "order"]
        widgets = {"duty_zh": forms.Textarea(attrs={"rows": 2}), "duty_en": forms.Textarea(attrs={"rows": 2})}
        labels = {"order": _("Order"), "post": _("Post"), "department": _("Department")}


class FormForm(PartForm):
    class Meta:
        model = Form
        fields = ["name_zh", "name_en", "key"]
        help_texts = {"key": _("Letters, digits, - and _; stands in conditions and imports. Empty: chosen for you.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].required = False

    def clean_key(self) -> str:
        key: str = self.cleaned_data["key"]
        if key == "add":  # the address of a new form
            raise forms.ValidationError(_("Choose another key."))
        if key and self.revision.forms.filter(key=key).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("Another form has this key."))
        return key or self.initial.get("key", "")


class FieldForm(PartForm):
    options = OptionsField(
        label=_("Options"), required=False, help_text=_("For choices, a line each: urgent = 紧急 / Urgent")
    )
    visible = forms.ChoiceField(
        label=_("Shown only if"), required=False, help_text=_("Another field of this form; empty: always shown.")
    )

    class Meta:
        model = Field
        fields = [
            "order", "kind", "label_zh", "label_en", "help_zh", "help_en", "key", "options", "is_required",
            "is_personal", "is_public",
        ]  # fmt: skip
        labels = {"order": _("Order")}
        widgets = {"help_zh": forms.Textarea(attrs={"rows": 2}), "help_en": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].required = False
        others = (
            Field.objects.filter(form=self.instance.form_id).exclude(pk=self.instance.pk)
            if self.instance.form_id
            else ()
        )
        choices = visible_choices(list(others), self.instance)
        present = f"{self.instance.visible_field}={self.instance.visible_value}"
        if self.instance.visible_field:
            self.initial["visible"] = present
            if present not in dict(choices):
                choices.append((present, present))
        field: Any = self.fields["visible"]
        field.choices = [("", _("always")), *choices]

    def clean_key(self) -> str:
        return self.cleaned_data["key"] or self.initial.get("key", "")

    def _post_clean(self) -> None:
        seen_if, _mark, value = self.cleaned_data.get("visible", "").partition("=")
        self.instance.visible_field, self.instance.visible_value = seen_if, value
        super()._post_clean()  # type: ignore[misc]


class StepForm(PartForm):
    limit_fields: tuple[str, str] | None = ("limit_amount", "limit_unit")
    limit_from = forms.ChoiceField(label=_("Counted from"), required=False)
    not_by = forms.ChoiceField(
        label=_("Not by whoever did"),
        required=False,
        help_text=_("An earlier step: two pairs of eyes. Empty: anybody with the post."),
    )

    answers = forms.MultipleChoiceField(
        label=_("Pain points that it answers"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What would go wrong without this step (H4.1)? Pain points have a page of their own."),
    )

    class Meta:
        model = Step
        fields = [
            "number", "form", "title_zh", "title_en", "operation_zh", "operation_en", "example_zh", "example_en",
            "inputs_zh", "inputs_en", "outputs_zh", "outputs_en", "limit_amount", "limit_unit", "limit_from",
            "customer_days", "not_by", "is_key_node", "group", "lane",
        ]  # fmt: skip
        help_texts = {
            "group": _("Steps with the same number here run at the same time; empty: alone."),
            "lane": _("Steps of one lane follow each other."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        start: Any = self.fields["limit_from"]
        others = self.choices.step_keys("", but=self.instance.key)
        start.choices = [
            ("", _("its own start")), *((key, _("the end of %(step)s") % {"step": step}) for key, step in others)
        ]  # fmt: skip
        not_by: Any = self.fields["not_by"]
        not_by.choices = [("", "–"), *others]
        self._answers = {row.pain_point_id: row for row in self.instance.answers.all()} if self.instance.pk else {}
        if not self.choices.pain_points:
            del self.fields["answers"]
            return
        answers: Any = self.fields["answers"]
        answers.choices = [(row.pk, str(row)) for row in self.choices.pain_points]
        self.initial["answers"] = list(self._answers)

    def answered(self) -> tuple[list[Model], list[Model]]:
        """Return what is newly answered, and what no longer is."""
        if "answers" not in self.fields:
            return [], []
        chosen = {int(key) for key in self.cleaned_data["answers"]}
        new = [Answer(step=self.instance, pain_point_id=key) for key in sorted(chosen - set(self._answers))]
        return [*new], [row for key, row in self._answers.items() if key not in chosen]


class StepDetailsForm(StepForm):
    """What a step has beside its cells in the grid and its texts, which save themselves."""

    limit_fields = None

    class Meta(StepForm.Meta):
        fields = ["limit_from", "customer_days", "not_by", "group", "lane"]


class StepPostForm(PartForm):
    class Meta:
        model = StepPost
        fields = ["duty", "post", "department"]


class OutcomeForm(PartForm):
    nothing: ClassVar = {"target": _("the end: the case is closed")}

    class Meta:
        model = Outcome
        fields = ["label_zh", "label_en", "target", "order", "is_send_back"]
        labels = {"order": _("Order")}


class BranchForm(ConditionMixin):
    condition_is_required = True
    nothing: ClassVar = {"target": _("the end: the case is closed")}

    class Meta:
        model = Branch
        fields = ["outcome", "target"]
        labels = {"outcome": _("Outcome")}

    def __init__(self, *args: Any, step: Step, **kwargs: Any) -> None:
        self.step = step
        super().__init__(*args, **kwargs)

    def choices_for(self, name: str) -> Any:
        return self.step.outcomes.all() if name == "outcome" else super().choices_for(name)


class _FieldRows(OnceMixin, BaseInlineFormSet):  # type: ignore[type-arg]
    once = ("key",)


class _StepPostRows(OnceMixin, BaseInlineFormSet):  # type: ignore[type-arg]
    once = ("post", "department", "duty")


ResponsibilityRows = inlineformset_factory(Revision, Responsibility, form=ResponsibilityForm, **ROWS)
FieldRows = inlineformset_factory(Form, Field, form=FieldForm, formset=_FieldRows, **ROWS)
StepPostRows = inlineformset_factory(Step, StepPost, form=StepPostForm, formset=_StepPostRows, **ROWS)
OutcomeRows = inlineformset_factory(Step, Outcome, form=OutcomeForm, fk_name="step", **ROWS)
BranchRows = modelformset_factory(Branch, form=BranchForm, **ROWS)


class Part:
    """What one page of the editor shows: a main form, if any, and tables of rows, saved together."""

    def __init__(self, title: Any, save: SaveForm, main: PartForm | None, tables: list[tuple[Any, Any, Any]]) -> None:
        self.title, self.save, self.main = title, save, main
        #: (heading, advice, rows)
        self.tables = tables

    def is_valid(self) -> bool:
        parts = [self.save, *([self.main] if self.main else []), *(rows for _title, _advice, rows in self.tables)]
        checked = [part.is_valid() for part in parts]  # every one, so that all errors show at once
        return all(checked)

    def changes(self) -> tuple[list[Model], list[Model]]:
        """Return the rows to save, parents first, and those to delete."""
        saved: list[Model] = []
        deleted: list[Model] = []
        if self.main and (self.main.has_changed() or self.main.instance.pk is None):
            saved.append(self.main.save(commit=False))
        if isinstance(self.main, StepForm):
            answered, no_longer = self.main.answered()
            saved, deleted = saved + answered, deleted + no_longer
        for _title, _advice, rows in self.tables:
            rows.save(commit=False)
            fresh = [row for row, _fields in rows.changed_objects] + rows.new_objects
            saved += fresh
            deleted += rows.deleted_objects
        # A branch of an outcome that goes away goes with it, whatever was written into it.
        saved = [row for row in saved if not (isinstance(row, Branch) and row.outcome in deleted)]
        give_keys(saved)
        return saved, deleted
