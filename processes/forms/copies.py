"""Forms of copies that are handed out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from processes.domain.copying import ENDS
from processes.models import CopyKind, CopyState, Definition
from procstd.acts import ActForm, ReasonMixin
from procstd.organisation.forms.directory import PersonChoice


class DefinitionChoice(forms.ModelChoiceField):
    """A released version by its number."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.revision)


class CopyForm(ReasonMixin, ActForm):
    """A copy: of which version, for whom."""

    definition = DefinitionChoice(label=_("Version"), queryset=Definition.objects.none(), empty_label=None)
    kind = forms.ChoiceField(label=_("Kind"), choices=CopyKind, widget=forms.RadioSelect)
    holder = PersonChoice(label=_("Held by"), required=False, help_text=_("Is told when the copy is recalled."))
    place = forms.CharField(
        label=_("Place"),
        max_length=120,
        required=False,
        help_text=_("For example “notice board, hall 2”, or who has it."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    field_order = ["definition", "kind", "holder", "place", "language", "reason"]

    def __init__(self, *args: Any, definitions: list[Definition], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keys = [row.pk for row in definitions]
        rows = Definition.objects.filter(pk__in=keys).select_related("revision").defer("content")
        self.fields["definition"].queryset = rows.order_by("-revision__major", "-revision__minor")  # type: ignore[attr-defined]


class SettleForm(ReasonMixin, ActForm):
    """What became of a copy."""

    outcome = forms.ChoiceField(
        label=_("What became of it"), choices=[(end.value, end.label) for end in ENDS], widget=forms.RadioSelect,
        initial=CopyState.RETURNED,
    )  # fmt: skip
    field_order = ["outcome", "reason"]
