"""Forms of a review: the route, a reviewer's answers, comments; and of the signature."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from processes.domain.proposing import Proposal
from processes.domain.reviewing import QUESTIONS
from processes.domain.routing import MOST_DAYS, Asked
from processes.domain.signing import MEANINGS
from processes.models import Mode, Reviewer, Revision, Rule
from processes.models.review import COMMENT_MOST, EXCERPT_MOST
from processes.models.signing import REMARK_MOST
from processes.models.step import LONG_TEXT_MOST
from procstd.acts import ActForm, ReasonMixin
from procstd.bilingual import filled
from procstd.organisation.forms.directory import PersonChoice

#: So many empty rows a route has for people added by hand.
EMPTY_ROWS = 3
_ORDER_MOST = 999


class RouteForm(ActForm):
    """In which way reviewers are asked, and how long they have."""

    mode = forms.ChoiceField(label=_("Route"), choices=Mode.choices, widget=forms.RadioSelect, initial=Mode.ALL)
    days = forms.IntegerField(
        label=_("Working days for each reviewer"),
        min_value=1,
        max_value=MOST_DAYS,
        initial=3,
        help_text=_("On the calendar of the process’s department. Reviewers are reminded a day before."),
    )
    touches_compliance = forms.BooleanField(
        label=_("Compliance is touched"),
        required=False,
        help_text=_("Laws, contracts, personal data or safety: somebody for legal or risk has to be on the route."),
    )


class RouteChangeForm(ReasonMixin, RouteForm):
    """Change the route of a review that runs."""


class KnownRow(forms.Form):
    """Somebody the rules propose, or who is on the route: on it or not, and when."""

    on = forms.BooleanField(label=_("On the route"), required=False)
    order = forms.IntegerField(label=_("Order"), min_value=1, max_value=_ORDER_MOST, required=False)

    def __init__(self, *args: Any, asked: Asked, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = asked
        # Read by a screen reader, row by row.
        for name, label in (("on", _("%(person)s is on the route")), ("order", _("Order of %(person)s"))):
            self.fields[name].widget.attrs["aria-label"] = label % {"person": asked.person}
        self.fields["on"].widget.attrs["class"] = "form-check-input"
        self.fields["order"].widget.attrs["class"] = "form-control form-control-sm"

    @property
    def why(self) -> str:
        return str(Rule(self.asked.rule).label)


class AddedRow(forms.Form):
    """Somebody added by hand, and why."""

    person = PersonChoice(label=_("Person"), required=False, empty_label=_("Choose …"))
    reason = forms.CharField(label=_("Why"), max_length=REMARK_MOST, required=False)
    order = forms.IntegerField(label=_("Order"), min_value=1, max_value=_ORDER_MOST, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("person") and not cleaned.get("reason", "").strip():
            self.add_error("reason", _("Say why this person is asked."))
        return cleaned


class Route:
    """The rows of a route: proposed by rule, on it already, and empty ones."""

    def __init__(self, proposals: Sequence[Proposal], present: Sequence[Reviewer], data: Any = None) -> None:
        known = {row.person_id: _as_asked(row) for row in present}
        for proposal in proposals:
            asked = Asked(proposal.person, proposal.rule, proposal.post, proposal.department)
            known.setdefault(proposal.person.pk, asked)
        chosen = {row.person_id: row for row in present if row.counts}
        self.known = [
            KnownRow(
                data, prefix=f"person-{pk}", asked=asked,
                initial={
                    # Legal and risk are asked only where compliance is touched.
                    "on": pk in chosen if present else asked.rule != Rule.COMPLIANCE,
                    "order": chosen[pk].order if pk in chosen else number,
                },
            )
            for number, (pk, asked) in enumerate(known.items(), 1)
        ]  # fmt: skip
        self.added = [AddedRow(data, prefix=f"added-{number}") for number in range(EMPTY_ROWS)]

    def is_valid(self) -> bool:
        checked = [form.is_valid() for form in (*self.known, *self.added)]  # all of them: each shows its errors
        return all(checked)

    def rows(self) -> list[Asked]:
        """Return who is chosen, in order."""
        chosen = [(form.cleaned_data["order"], form.asked) for form in self.known if form.cleaned_data["on"]]
        for form in self.added:
            facts = form.cleaned_data
            if facts.get("person"):
                chosen.append((facts["order"], Asked(facts["person"], reason=facts["reason"])))
        return [asked for _order, asked in sorted(chosen, key=lambda row: row[0] or _ORDER_MOST)]


def _as_asked(row: Reviewer) -> Asked:
    return Asked(row.person, row.rule, row.post, row.department, row.reason)


class DecisionForm(ActForm):
    """The four questions of H2.3.3, and approve or send back."""

    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)
    verdict = forms.ChoiceField(choices=[("approved", ""), ("returned", "")], widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Remark, or why you send it back"), max_length=REMARK_MOST, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, question in QUESTIONS.items():
            self.fields[key] = forms.TypedChoiceField(
                label=question, choices=[("yes", _("yes")), ("no", _("no"))], widget=forms.RadioSelect, required=False,
                coerce=lambda value: value == "yes", empty_value=None,
            )  # fmt: skip
            self.fields[f"{key}_text"] = forms.CharField(
                label=_("What is missing"), max_length=REMARK_MOST, required=False
            )

    def questions(self) -> list[tuple[Any, Any]]:
        """Return each question with the field for its text."""
        return [(self[key], self[f"{key}_text"]) for key in QUESTIONS]

    def facts(self) -> dict[str, Any]:
        found = self.cleaned_data
        answers = {key: (found.get(key), found.get(f"{key}_text", "")) for key in QUESTIONS}
        return {"seen": found["seen"], "verdict": found["verdict"], "reason": found["reason"], "answers": answers}


class DelegateForm(ReasonMixin, ActForm):
    """Let somebody else review in one's place."""

    to = PersonChoice(label=_("Person"), help_text=_("Not somebody who wrote part of the text."))
    field_order = ["to", "reason"]


class WithdrawForm(ActForm):
    """Take a draft back from review."""

    reason = forms.CharField(
        label=_("Reason"), max_length=REMARK_MOST, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Everybody who was asked reads it."),
    )  # fmt: skip


class CommentForm(ActForm):
    """What is not right in a clause."""

    text = forms.CharField(
        label=_("My comment"), max_length=COMMENT_MOST, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("In any language. Say what should stand there instead."),
    )  # fmt: skip
    excerpt = forms.CharField(
        label=_("The words meant"), max_length=EXCERPT_MOST, required=False, help_text=_("Optional, as a quotation.")
    )


class AnswerForm(ActForm):
    """What was mended, or why it stays."""

    text = forms.CharField(
        label=_("Answer"), max_length=COMMENT_MOST, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What was mended, or why it stays."),
    )  # fmt: skip


class SignForm(ActForm):
    """What the signature means."""

    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)
    meaning = forms.ChoiceField(label=_("My signature means"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, revision: Revision, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        meanings = [(key, filled(text, number=str(revision))) for key, text in MEANINGS.items()]
        self.fields["meaning"].choices = meanings  # type: ignore[attr-defined]


class OverrideForm(ActForm):
    """Why it is released all the same."""

    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Reason"), max_length=LONG_TEXT_MOST, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Kept for ever under your name; it stands in the manual and beside the release."),
    )  # fmt: skip
