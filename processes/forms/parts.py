"""What the rows of the editor have in common: choices of the draft's own rows, conditions, limits worked out."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.db.models.fields import BLANK_CHOICE_DASH
from django.forms import BaseModelFormSet
from django.utils.translation import gettext_lazy as _

from processes.forms.examples import Examples, UnitSelect
from processes.forms.fields import condition_choices
from processes.models import Outcome, PainPoint, Revision, Step
from procstd.organisation.models import Department, Post

#: A table shows so many empty rows to write into; saving brings new ones.
EMPTY_ROWS = 2
MOST_ROWS = 100
ROWS: dict[str, Any] = {"extra": EMPTY_ROWS, "max_num": MOST_ROWS, "validate_max": True, "can_delete": True}


class Choices:
    """What the rows of one page choose from: read once, however many rows the page has."""

    def __init__(self, revision: Revision, *, at: datetime, auto_id: str = "id_%s") -> None:
        self.revision, self.examples = revision, Examples(revision, at=at)
        #: How the fields' ids are made: two parts on one page need different ones.
        self.auto_id = auto_id
        self._listed: dict[str, list[tuple[Any, str]]] = {}

    def listed(self, name: str, rows: QuerySet[Any]) -> list[tuple[Any, str]]:
        """Return the choices of the field *name*."""
        if name not in self._listed:
            self._listed[name] = [(row.pk, str(row)) for row in rows]
        return self._listed[name]

    @cached_property
    def conditions(self) -> list[tuple[str, str]]:
        return condition_choices(self.revision)

    @cached_property
    def steps(self) -> list[Step]:
        return list(self.revision.steps.all())

    @cached_property
    def posts(self) -> dict[str, str]:
        """The names of all posts, by code; of those abolished too: they may stand in a row."""
        return {post.code: str(post) for post in Post.objects.all()}

    @cached_property
    def posts_to_choose(self) -> list[tuple[str, str]]:
        return [(post.code, str(post)) for post in Post.objects.filter(is_active=True)]

    @cached_property
    def pain_points(self) -> list[PainPoint]:
        return list(self.revision.process.pain_points.all())

    def step_keys(self, present: str, *, but: str = "") -> list[tuple[str, str]]:
        """Return the steps by key; the *present* one too if it is gone, so that it can be mended."""
        found = [(step.key, str(step)) for step in self.steps if step.key != but]
        return found if not present or present in dict(found) else [*found, (present, present)]


class PartForm(forms.ModelForm):  # type: ignore[type-arg]
    """A row of a draft, whose choices are limited to the draft's own rows."""

    #: The fields of a limit's amount and of its unit: the limit is shown worked out.
    limit_fields: tuple[str, str] | None = None
    #: What no choice means, where it means something.
    nothing: ClassVar[dict[str, Any]] = {}
    #: How its fields stand beside each other: ``narrow``, ``chain``, or as wide as texts need.
    layout = ""

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choices, self.revision = choices, choices.revision
        for name, field in self.fields.items():
            if isinstance(field, forms.ModelChoiceField):
                rows = self.choices_for(name)
                field.queryset = rows
                nothing = self.nothing.get(name) or (_("Choose …") if field.required else "–")
                field.choices = [("", nothing), *choices.listed(name, rows)]
            elif isinstance(field, forms.TypedChoiceField):
                offered: Any = field.choices
                dash = BLANK_CHOICE_DASH[0]
                field.choices = [("", _("Choose …")) if row == dash else row for row in offered]
            if isinstance(field.widget, forms.Textarea) and field.widget.attrs["rows"] == "10":
                field.widget.attrs["rows"] = 3
        if self.limit_fields:
            self._show_examples(*self.limit_fields)

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

    def _show_examples(self, amount: str, unit: str) -> None:
        field: Any = self.fields[unit]
        examples = self.choices.examples
        widget = UnitSelect(choices=list(field.choices))
        widget.is_required = field.required
        widget.example = lambda: examples.of(self[amount].value(), self[unit].value())
        widget.address = examples.address
        widget.amount_name, widget.amount_id = self.add_prefix(amount), self[amount].id_for_label
        field.widget = widget


class ConditionMixin(PartForm):
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
        choices = self.choices.conditions
        present = f"{self.instance.field}={self.instance.value}"
        if self.instance.field and present not in dict(choices):
            return [*choices, (present, present)]  # its field is gone: shown, so that it can be mended
        return choices

    def _post_clean(self) -> None:
        self.instance.field, _mark, self.instance.value = self.cleaned_data.get("condition", "").partition("=")
        super()._post_clean()  # type: ignore[misc]


class OnceMixin(BaseModelFormSet):  # type: ignore[type-arg]
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
