"""Forms of the import of steps: the file, how it is read, what is taken over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from processes.domain.stepfiles import NamedTable
from procstd.acts import ActForm, ReasonMixin, SeenMixin
from procstd.organisation.models import Post

KINDS = {"xlsx", "docx"}


class StepFileForm(forms.Form):
    """A workbook or a document with a table of steps."""

    file = forms.FileField(
        label=_("Excel workbook or Word document"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.docx"}),
        help_text=_("An .xlsx or .docx with a table of steps. Nothing is saved before you have seen what was found."),
    )


class ReadingForm(forms.Form):
    """How the file is read: which table, in which language, what an hour is."""

    table = forms.TypedChoiceField(label=_("Table"), coerce=int)
    language = forms.ChoiceField(
        label=_("Language of the texts"),
        choices=[("", _("as most of them are")), ("zh", "中文"), ("en", "English")],
        required=False,
    )
    hours = forms.ChoiceField(
        label=_("“24 hours” counts"),
        choices=[("", _("around the clock")), ("working", _("in working time"))],
        required=False,
    )

    def __init__(self, *args: Any, tables: Sequence[NamedTable], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["table"]
        choice.choices = [(place, table.title) for place, table in enumerate(tables)]


class TakeOverForm(SeenMixin, ReasonMixin, ActForm):
    """Where the steps go, and which post is meant by a name that no post has."""

    mode = forms.ChoiceField(
        label=_("The steps"),
        choices=[
            ("append", _("come behind those of the draft")),
            ("replace", _("replace those of the draft, with their posts, outcomes and exceptions")),
        ],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, matched: Mapping[str, Post | None], posts: Sequence[Post], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.matched, self.by_code = matched, {post.code: post for post in posts}
        self.unmatched = [name for name, post in matched.items() if post is None]
        choices = [("", _("Leave it out")), *((post.code, str(post)) for post in posts)]
        for place, name in enumerate(self.unmatched):
            self.fields[f"post_{place}"] = forms.ChoiceField(
                label=_("Post “%(name)s”") % {"name": name},
                choices=choices,
                required=False,
                help_text=_("No post, or more than one, has this name or code."),
            )
        self.order_fields([*(f"post_{place}" for place in range(len(self.unmatched))), "mode", "reason"])

    def facts(self) -> dict[str, Any]:
        data = self.cleaned_data
        chosen = {name: self.by_code.get(data[f"post_{place}"]) for place, name in enumerate(self.unmatched)}
        return {
            "posts": {**self.matched, **chosen},
            "replace": data["mode"] == "replace",
            "reason": data["reason"],
            "seen": data["seen"],
        }
