"""The forms of the editor: each part of a draft is a main form, tables of rows, and the reason of the change."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Model
from django.forms import BaseInlineFormSet, BaseModelFormSet, inlineformset_factory, modelformset_factory
from django.utils.translation import gettext_lazy as _

from processes.domain.editing import free_key
from processes.forms.fields import OptionsField, condition_choices, values_with_words
from processes.models import (
    Branch,
    ExceptionRule,
    Field,
    Form,
    Outcome,
    Responsibility,
    Revision,
    Step,
    StepPost,
    TotalLimit,
    Unit,
)
from procstd.acts import ActForm, ReasonMixin, SeenMixin
from procstd.organisation.models import Department, Post

#: A table shows so many empty rows to write into; saving brings new ones.
EMPTY_ROWS = 2
MOST_ROWS = 100


class SaveForm(SeenMixin, ReasonMixin, ActForm):
    """Why the part is changed, and which edition was seen."""


class PartForm(forms.ModelForm):  # type: ignore[type-arg]
    """A row of a draft, whose choices are limited to the draft's own rows."""

    def __init__(self, *args: Any, revision: Revision, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.revision = revision
        for name, field in self.fields.items():
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = self.choices_for(name)  # type: ignore[attr-defined]
                field.empty_label = _("Choose …") if field.required else "–"
            elif isinstance(field, forms.TypedChoiceField):
                offered: Any = field.choices
                field.choices = [(key, label if key else _("Choose …")) for key, label in offered]
            if isinstance(field.widget, forms.Textarea) and field.widget.attrs["rows"] == "10":
                field.widget.attrs["rows"] = 3

    def choices_for(self, name: str) -> Any:
        match name:
            case "post" | "escalate_to":
                return Post.objects.filter(is_active=True)
            case "department":
                return Department.objects.without_tree_fields().filter(is_active=True)
            case "form":
                return self.revision.forms.all()
            case "outcome":
                return Outcome.objects.filter(step__revision=self.revision)
            case _:
                return self.revision.steps.all()


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


class _ConditionMixin(PartForm):
    """Chooses field and value of a condition in one list."""

    condition = forms.ChoiceField(label=_("Only if"), required=False)
    condition_is_required = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["condition"]
        field.choices = [("", _("always") if not self.condition_is_required else _("Choose …")), *self._conditions()]
        field.required = self.condition_is_required
        if self.instance.field:
            self.initial["condition"] = f"{self.instance.field}={self.instance.value}"

    def _conditions(self) -> list[tuple[str, str]]:
        choices = condition_choices(self.revision)
        present = f"{self.instance.field}={self.instance.value}"
        if self.instance.field and present not in dict(choices):
            choices.append((present, present))  # its field is gone: shown, so that it can be mended
        return choices

    def _post_clean(self) -> None:
        self.instance.field, _mark, self.instance.value = self.cleaned_data.get("condition", "").partition("=")
        super()._post_clean()  # type: ignore[misc]


class TotalForm(_ConditionMixin):
    unit = forms.ChoiceField(label=_("Unit of the limit"), choices=Unit.choices, initial="working_days")

    class Meta:
        model = TotalLimit
        fields = ["amount", "unit"]


class ExceptionForm(PartForm):
    class Meta:
        model = ExceptionRule
        fields = [
            "step", "escalate_to", "trigger_zh", "trigger_en", "limit_amount", "limit_unit", "response_zh",
            "response_en",
        ]  # fmt: skip
        labels = {"step": _("Step")}


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
        choices = [
            (f"{other.key}={key}", f"{other.label} = {words}")
            for other in others
            for key, words in values_with_words(other)
        ]
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
    limit_from = forms.ChoiceField(label=_("Counted from"), required=False)
    not_by = forms.ChoiceField(
        label=_("Not by whoever did"),
        required=False,
        help_text=_("An earlier step: two pairs of eyes. Empty: anybody with the post."),
    )

    class Meta:
        model = Step
        fields = [
            "number", "form", "title_zh", "title_en", "operation_zh", "operation_en", "example_zh", "example_en",
            "inputs_zh", "inputs_en", "outputs_zh", "outputs_en", "limit_amount", "limit_unit", "limit_from",
            "not_by", "is_key_node", "group", "lane",
        ]  # fmt: skip
        help_texts = {
            "group": _("Steps with the same number here run at the same time; empty: alone."),
            "lane": _("Steps of one lane follow each other."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = list(self.revision.steps.exclude(pk=self.instance.pk))
        start: Any = self.fields["limit_from"]
        start.choices = [
            ("", _("its own start")), *((step.key, _("the end of %(step)s") % {"step": step}) for step in others)
        ]  # fmt: skip
        not_by: Any = self.fields["not_by"]
        not_by.choices = [("", "–"), *((step.key, str(step)) for step in others)]


class StepPostForm(PartForm):
    class Meta:
        model = StepPost
        fields = ["duty", "post", "department"]


class OutcomeForm(PartForm):
    class Meta:
        model = Outcome
        fields = ["label_zh", "label_en", "target", "order", "is_send_back"]
        labels = {"order": _("Order")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["target"].empty_label = _("the end: the case is closed")  # type: ignore[attr-defined]


class BranchForm(_ConditionMixin):
    condition_is_required = True

    class Meta:
        model = Branch
        fields = ["outcome", "target"]
        labels = {"outcome": _("Outcome")}

    def __init__(self, *args: Any, step: Step, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcome"].queryset = step.outcomes.all()  # type: ignore[attr-defined]
        self.fields["target"].empty_label = _("the end: the case is closed")  # type: ignore[attr-defined]


class _OnceMixin(BaseModelFormSet):  # type: ignore[type-arg]
    """Rows of which no two may have the same words in the fields *once*: said beside the second one."""

    once: tuple[str, ...] = ()

    def clean(self) -> None:
        # Instead of Django's own check, which says the same over the table.
        seen: set[tuple[Any, ...]] = set()
        for form in self.forms:
            if not form.has_changed() and form.instance.pk is None:
                continue
            if form in self.deleted_forms or not getattr(form, "cleaned_data", None):
                continue
            words = tuple(form.cleaned_data.get(name) for name in self.once)
            if words in seen and any(words):
                form.add_error(self.once[0], _("This stands here twice."))
            seen.add(words)


class _FieldRows(_OnceMixin, BaseInlineFormSet):  # type: ignore[type-arg]
    once = ("key",)


class _StepPostRows(_OnceMixin, BaseInlineFormSet):  # type: ignore[type-arg]
    once = ("post", "department", "duty")


_ROWS: dict[str, Any] = {"extra": EMPTY_ROWS, "max_num": MOST_ROWS, "validate_max": True, "can_delete": True}
ResponsibilityRows = inlineformset_factory(Revision, Responsibility, form=ResponsibilityForm, **_ROWS)
TotalRows = inlineformset_factory(Revision, TotalLimit, form=TotalForm, **_ROWS)
FieldRows = inlineformset_factory(Form, Field, form=FieldForm, formset=_FieldRows, **_ROWS)
StepPostRows = inlineformset_factory(Step, StepPost, form=StepPostForm, formset=_StepPostRows, **_ROWS)
OutcomeRows = inlineformset_factory(Step, Outcome, form=OutcomeForm, fk_name="step", **_ROWS)
BranchRows = modelformset_factory(Branch, form=BranchForm, **_ROWS)
ExceptionRows = modelformset_factory(ExceptionRule, form=ExceptionForm, **_ROWS)


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
        for _title, _advice, rows in self.tables:
            rows.save(commit=False)
            fresh = [row for row, _fields in rows.changed_objects] + rows.new_objects
            saved += fresh
            deleted += rows.deleted_objects
        # A branch of an outcome that goes away goes with it, whatever was written into it.
        saved = [row for row in saved if not (isinstance(row, Branch) and row.outcome in deleted)]
        _give_keys(saved)
        return saved, deleted


def _give_keys(rows: Iterable[Model]) -> None:
    """Give every new row that needs a key the next free one beside its siblings."""
    taken: dict[tuple[str, int], list[str]] = {}
    for row in rows:
        if not isinstance(row, Step | Form | Field | Outcome):
            continue
        parent, start = _KEYED[type(row)]
        holder = getattr(row, parent)
        # The rows of one table share the object they belong to, saved or not.
        keys = taken.setdefault((start, id(holder)), _keys_beside(row, parent, holder))
        if not row.key:
            row.key = free_key(keys, start)
        keys.append(row.key)


#: What gets a key: under which parent, and how the key starts.
_KEYED: dict[type[Model], tuple[str, str]] = {
    Step: ("revision", "s"),
    Form: ("revision", "form"),
    Field: ("form", "field"),
    Outcome: ("step", "o"),
}


def _keys_beside(row: Model, parent: str, holder: Model) -> list[str]:
    """Return every key that a row under *holder* has or ever had: what names a deleted one must not mean another."""
    if holder.pk is None:
        return []
    history: Any = type(row).history  # type: ignore[attr-defined]
    return list(history.filter(**{f"{parent}_id": holder.pk}).values_list("key", flat=True).distinct())
