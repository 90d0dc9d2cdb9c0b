"""Forms of the chart: a BPMN file to look at, and a drawing to take over."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from processes.domain.chart.bpmn_file import MOST_BYTES
from procstd.acts import ActForm, ReasonMixin, SeenMixin


class FileForm(ActForm):
    """A BPMN file of any tool."""

    file = forms.FileField(
        label=_("BPMN file"),
        help_text=_("BPMN 2.0, as Camunda, Signavio, ARIS, ADONIS, Bizagi and others export it. Nothing is saved yet."),
        widget=forms.FileInput(attrs={"accept": ".bpmn,.xml"}),
    )

    def facts(self) -> dict[str, Any]:
        # One byte more than is read tells that a file is too large.
        self.content: bytes = self.cleaned_data["file"].read(MOST_BYTES + 1)
        return {"content": self.content}


class DrawingForm(SeenMixin, ReasonMixin, ActForm):
    """A drawing as text, which edition of the draft it is for, and why it is taken over."""

    drawing = forms.CharField(widget=forms.HiddenInput, max_length=MOST_BYTES, strip=False)
    pool = forms.CharField(widget=forms.HiddenInput, max_length=200, required=False)

    field_order = ("reason", "pool", "drawing", "seen")

    def facts(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        # What a file declares of its encoding went when it became text.
        content = data.pop("drawing").encode()
        return {**data, "content": content}

    def show(self, refusal: Any) -> None:
        """A refused drawing has no field that people see: say it above the form."""
        self.add_error(None, refusal.message)
