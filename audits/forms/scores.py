"""Forms of scores: rules, appeals, decisions."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from audits.forms.audits import MonthField
from procstd.acts import ActForm, ReasonMixin


class RuleForm(ReasonMixin, ActForm):
    """What a rate is worth from a month on."""

    valid_from = MonthField(label=_("From the month"))
    threshold = forms.IntegerField(label=_("Rate to reach, percent"), min_value=1, max_value=99, initial=90)
    reached = forms.IntegerField(label=_("Points when reached"), min_value=-100, max_value=100, initial=5)
    missed = forms.IntegerField(label=_("Points when missed"), min_value=-100, max_value=100, initial=-3)
    wants_evidence = forms.BooleanField(
        label=_("No points where the evidence is insufficient"), required=False, initial=True,
        help_text=_(
            "Where the 95 % interval holds the rate to reach, the sample tells neither; "
            "without this the estimate decides."
        ),
    )  # fmt: skip
    appeal_days = forms.IntegerField(label=_("Days to appeal"), min_value=1, max_value=90, initial=10)
    field_order = ["valid_from", "threshold", "reached", "missed", "wants_evidence", "appeal_days", "reason"]


class AppealForm(ActForm):
    """Why the score is wrong."""

    text = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))


class DecideForm(ActForm):
    """The second reviewer's word."""

    is_upheld = forms.TypedChoiceField(
        label=_("Your decision"), coerce=lambda value: value == "yes", widget=forms.RadioSelect,
        choices=[("yes", _("Upheld: the points are taken back")), ("no", _("Dismissed: the points stay"))],
    )  # fmt: skip
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
