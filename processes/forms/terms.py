"""The forms of a standard's attachments and purpose: glossary, referenced rules, pain points."""

from __future__ import annotations

from django import forms
from django.forms import BaseInlineFormSet, inlineformset_factory
from django.utils.translation import gettext_lazy as _

from processes.forms.parts import ROWS, OnceMixin, PartForm
from processes.models import GlossaryTerm, PainPoint, Process, Reference, Revision

_SHORT = forms.Textarea(attrs={"rows": 2})


class GlossaryForm(PartForm):
    class Meta:
        model = GlossaryTerm
        fields = ["term_zh", "term_en", "meaning_zh", "meaning_en", "order"]
        labels = {"order": _("Order")}
        widgets = {"meaning_zh": _SHORT, "meaning_en": _SHORT}


class ReferenceForm(PartForm):
    class Meta:
        model = Reference
        fields = ["title_zh", "title_en", "note_zh", "note_en", "order"]
        labels = {"order": _("Order")}
        widgets = {"note_zh": _SHORT, "note_en": _SHORT}


class PainPointForm(PartForm):
    class Meta:
        model = PainPoint
        fields = ["text_zh", "text_en", "evidence_zh", "evidence_en"]
        widgets = {"evidence_zh": _SHORT, "evidence_en": _SHORT}


class _GlossaryRows(OnceMixin, BaseInlineFormSet):  # type: ignore[type-arg]
    once = ("term_zh",)


GlossaryRows = inlineformset_factory(Revision, GlossaryTerm, form=GlossaryForm, formset=_GlossaryRows, **ROWS)
ReferenceRows = inlineformset_factory(Revision, Reference, form=ReferenceForm, **ROWS)
PainPointRows = inlineformset_factory(Process, PainPoint, form=PainPointForm, **ROWS)
