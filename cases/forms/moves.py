"""What is done with running cases when another version of their standard is in force (F52)."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.domain.dryrun import CHOICES, KEEP, NEXT, NOW
from cases.domain.reasons import REASON_MOST
from procstd.acts import ActForm

_NAME = re.compile(r"choice_(\d{1,12})")
#: One page of a dry run has so many cases; a request names no more.
PER_PAGE = 30
_EACH = "each"


def _reason() -> forms.CharField:
    return forms.CharField(
        label=_("Reason"), max_length=REASON_MOST, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Kept in the history of each case. For example “the new limits hold for running cases too”."),
    )  # fmt: skip


class MoveForm(ActForm):
    """Decide about one case."""

    choice = forms.ChoiceField(label=_("What to do"), widget=forms.RadioSelect)
    reason = _reason()

    def __init__(self, *args: Any, can_move: bool, is_planned: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [NEXT, *([NOW] if can_move else []), *([KEEP] if is_planned else [])]
        self.fields["choice"].choices = [(key, CHOICES[key]) for key in offered]  # type: ignore[attr-defined]


class MovesForm(forms.Form):
    """Decide about many: as chosen beside each case of a page, or the same for all that are listed on all pages."""

    scope = forms.ChoiceField(label=_("For which cases"), widget=forms.RadioSelect)
    reason = _reason()

    def __init__(self, *args: Any, count: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        number = {"count": count}
        self.fields["scope"].choices = [  # type: ignore[attr-defined]
            (_EACH, _("Those on this page, as chosen beside each")),
            (NEXT, _("All %(count)d: move at the next step") % number),
            (NOW, _("All %(count)d: move now, as far as they can") % number),
            (KEEP, _("All %(count)d: keep their version, and withdraw what was noted") % number),
        ]
        self.fields["scope"].initial = _EACH
        if count == 0:
            del self.fields["scope"]

    @property
    def choices(self) -> dict[int, str]:
        """What was chosen beside each case, by its key."""
        found: dict[int, str] = {}
        for name, value in self.data.items():
            match = _NAME.fullmatch(name)
            if match and value in CHOICES and len(found) < PER_PAGE:
                found[int(match[1])] = str(value)
        return found

    @property
    def is_for_each(self) -> bool:
        return bool(self.cleaned_data["scope"] == _EACH)
