"""Forms that carry out acts: what the view hands over, what a refusal looks like."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from procstd.errors import DomainError


class ActForm(forms.Form):
    """A form whose cleaned data are the facts of one act.

    ``carry_out(act, *args, **facts)`` calls the act with the facts and the cleaned data, keeps
    what it returns in ``result``, or puts a refusal beside the field it names and keeps it in
    ``refusal``.
    """

    result: Any = None
    refusal: DomainError | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField) and field.empty_label is not None:
                field.empty_label = _("Choose …") if field.required else _("None")

    def carry_out(self, act: Callable[..., Any], *args: Any, **facts: Any) -> bool:
        if not self.is_valid():
            return False
        try:
            self.result = act(*args, **facts, **self.facts())
        except DomainError as refusal:
            self.refusal = refusal
            self.show(refusal)
            return False
        return True

    def show(self, refusal: DomainError) -> None:
        """Put a refusal beside the field it names."""
        self.add_error(refusal.field if refusal.field in self.fields else None, refusal.message)

    def facts(self) -> dict[str, Any]:
        """Return the cleaned data as keyword arguments of the act."""
        return dict(self.cleaned_data)


class ReasonMixin(forms.Form):
    """Asks why: every change of people and settings keeps its reason."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        help_text=_("Kept in the history, for whoever asks in a year. For example “moved to the quality department”."),
    )


class SeenMixin(forms.Form):
    """Carries the version that the person saw, so that a later change is not overwritten (F20)."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)


def fragment(request: HttpRequest, template: str, partial: str) -> str:
    """Return the partial's name when htmx asks for a swap, else the whole page's."""
    htmx = getattr(request, "htmx", None)
    return f"{template}#{partial}" if htmx and not htmx.boosted and not htmx.history_restore_request else template
