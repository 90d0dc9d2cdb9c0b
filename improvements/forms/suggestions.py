"""Forms of suggestions: template 3 (H2.6.4), and what is decided on one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from improvements.models import Difficulty, Kind, Suggestion
from improvements.models.suggestion import NOTE_MOST, TEXT_MOST
from processes.models import Process
from procstd.acts import ActForm
from procstd.organisation.forms.directory import DepartmentChoice
from surveys.domain.codes import read_code


def _text(label: Any, *, most: int, rows: int = 3, required: bool = True, **more: Any) -> forms.CharField:
    attrs = {"rows": rows, **more.pop("attrs", {})}
    return forms.CharField(
        label=label, max_length=most, required=required, widget=forms.Textarea(attrs=attrs), **more
    )  # fmt: skip


#: While somebody writes, what is there already is shown beside it. Sent in the body, so that no log has the words.
_WATCHED = {
    "hx-post": reverse_lazy("improvements:suggestion-similar"), "hx-trigger": "keyup changed delay:700ms",
    "hx-target": "#similar", "hx-sync": "this:replace",
}  # fmt: skip


class SuggestionForm(ActForm):
    """The fields of template 3, where it belongs, a photo, and whether one's name stands on it."""

    code = forms.CharField(widget=forms.HiddenInput, max_length=64)
    case = forms.CharField(widget=forms.HiddenInput, max_length=20, required=False)
    process = forms.ModelChoiceField(Process.objects.none(), label=_("Process"), to_field_name="code")
    at = forms.ChoiceField(label=_("Where in the standard"), required=False)
    kind = forms.ChoiceField(label=_("Kind of improvement"), choices=Kind)
    problem = _text(
        _("Present problem"),
        most=TEXT_MOST,
        attrs=_WATCHED,
        help_text=_("What happens today, and how often? For example “quality looks through three documents by hand”."),
    )
    proposal = _text(
        _("Proposal"),
        most=TEXT_MOST,
        attrs=_WATCHED,
        help_text=_("What should be different? For example “link model and batch data automatically”."),
    )
    effect = _text(
        _("Expected effect"), most=NOTE_MOST, rows=2, help_text=_("With a figure if you have one: “24 h → 12 h”.")
    )
    difficulty = forms.ChoiceField(label=_("Difficulty"), choices=Difficulty, initial=Difficulty.MEDIUM)
    department = DepartmentChoice(label=_("Department"), required=False)
    notes = _text(_("Remarks"), most=NOTE_MOST, rows=2, required=False)
    photo = forms.FileField(
        label=_("Photo"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/*"}),
        help_text=_("Place and time that the phone puts into the picture are taken out."),
    )
    anonymous = forms.BooleanField(
        label=_("Send it anonymously"),
        required=False,
        help_text=_(
            "Then neither your name nor the moment is kept, and no case; your department only if at least five people "
            "work there. You get a code with which you can see what becomes of it."
        ),
    )

    def __init__(self, *args: Any, processes: Any, clauses: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["process"].queryset = processes  # type: ignore[attr-defined]
        self.fields["at"].choices = [("", _("The whole standard")), *clauses]  # type: ignore[attr-defined]
        self.clauses = {anchor for anchor, _title in clauses}
        if not clauses:
            self.fields["at"].widget = forms.HiddenInput()

    def clean_at(self) -> str:
        return str(self.cleaned_data["at"])

    def facts(self) -> dict[str, Any]:
        """Return the texts of the suggestion; where it belongs is looked up by the view."""
        names = ("code", "kind", "problem", "proposal", "effect", "difficulty", "department", "notes", "photo")
        return {name: self.cleaned_data[name] for name in names}


class FollowForm(ActForm):
    """The code that was shown when an anonymous suggestion was sent."""

    code = forms.CharField(
        label=_("Code"), max_length=120, help_text=_("Spaces and capitals make no difference."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "autocorrect": "off", "spellcheck": "false"}
        ),
    )  # fmt: skip

    def clean_code(self) -> str:
        return read_code(self.cleaned_data["code"])


class DeclineForm(ActForm):
    reason = _text(
        _("Reason"),
        most=NOTE_MOST,
        help_text=_("The author reads it. Say what speaks against it, and what would change that."),
    )


class MergeForm(ActForm):
    """Into which one."""

    into = forms.ModelChoiceField(
        Suggestion.objects.none(),
        label=_("Suggestion that goes on"),
        to_field_name="number",
        help_text=_("The most similar ones stand first. Authors and followers follow that one from then on."),
    )
    reason = forms.CharField(label=_("Note"), max_length=NOTE_MOST, required=False)

    def __init__(self, *args: Any, choices: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["into"]
        field.queryset = choices
        field.label_from_instance = lambda row: f"{row.number} · {row.proposal[:60]}"


class ChangeTextForm(ActForm):
    """What changes in the standard, in both languages, and what it should bring (F28)."""

    text_zh = forms.CharField(label=_("What changes, in Chinese"), max_length=500)
    text_en = forms.CharField(label=_("What changes, in English"), max_length=500)
    effect = _text(_("Expected effect"), most=NOTE_MOST, rows=2)


class AdoptForm(ChangeTextForm):
    major = forms.BooleanField(
        label=_("A fundamental change: next major version"),
        required=False,
        help_text=_("Otherwise it goes into the next minor version, as V1.1."),
    )
    reason = forms.CharField(label=_("Word to the author"), max_length=NOTE_MOST, required=False)
