"""Forms of a project that comes in by a file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from procstd.acts import ActForm
from procstd.organisation.models import Department, Post, User
from procstd.transfer.declared import DEPARTMENT, PERSON, POST
from projects.domain.transfer.checking import Need, Needs, named_twice
from projects.models import Project


class ProjectFileForm(ActForm):
    """The file of a project."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("Made by “Export” on a project's page; its name ends in .procstd. It is checked first."),
        widget=forms.ClearableFileInput(attrs={"accept": ".procstd"}),
    )


class ConfirmForm(ActForm):
    """The code of the new project, and a decision about each name that is not known here."""

    code = forms.CharField(
        label=_("Code of the new project"),
        max_length=32,
        validators=Project._meta.get_field("code").validators,
        help_text=_("Stands in addresses and lists. It must not be taken here."),
    )

    def __init__(self, needs: Needs, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.needs = needs
        #: Who or what is missing, with the two fields that decide about it.
        self.decisions: list[tuple[Need, Any, Any]] = []
        for need in needs.open:
            to, new = f"to_{need.place}", f"new_{need.place}"
            known = need.found.username if need.found else ""
            said = _("%(name)s is here: code") % {"name": need.name}
            widget = forms.TextInput(attrs={"list": f"known-{need.kind}", "aria-label": said, "class": "form-control"})
            self.fields[to] = forms.CharField(
                label=_("Is here"), max_length=32, required=False, initial=known, widget=widget
            )
            if need.found is not None:
                self.decisions.append((need, self[to], None))
                continue
            label = _("Make new, inactive") if need.kind == PERSON else _("Make new, closed")
            tick = forms.CheckboxInput(attrs={"class": "form-check-input"})
            self.fields[new] = forms.BooleanField(label=label, required=False, widget=tick)
            self.decisions.append((need, self[to], self[new]))
        if needs.leaves_something:
            self.fields["stays"] = forms.BooleanField(
                label=_("Yes: what is here stays as it is, and the same in the file is not written."),
                error_messages={"required": _("Say that what is here stays as it is.")},
            )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        # A page that was open for long may ask about others than those who are missing now.
        posted: Any = self.data
        if sorted(posted.getlist("asked")) != sorted(need.place for need in self.needs.open):
            raise forms.ValidationError(
                _("Meanwhile people, departments or posts changed here, so other decisions are needed than this page "
                  "asked for. Nothing is imported yet: look through the list once more.")
            )  # fmt: skip
        wanted: dict[str, set[str]] = {PERSON: set(), DEPARTMENT: set(), POST: set()}
        for need in self.needs.open:
            to, is_new = (data.get(f"to_{need.place}") or "").strip(), bool(data.get(f"new_{need.place}"))
            if bool(to) == is_new:
                self.add_error(f"to_{need.place}", _("Name one who is here, or tick “new”: one of the two."))
            elif to and need.is_fixed and not need.found:
                self.add_error(
                    f"to_{need.place}", _("It stands in a signed text by its code, so it can only be made new.")
                )
            elif to:
                wanted[need.kind].add(to)
        here = {
            PERSON: set(User.objects.filter(username__in=wanted[PERSON]).values_list("username", flat=True)),
            DEPARTMENT: set(
                Department.objects.without_tree_fields()
                .filter(code__in=wanted[DEPARTMENT])
                .values_list("code", flat=True)
            ),
            POST: set(Post.objects.filter(code__in=wanted[POST]).values_list("code", flat=True)),
        }
        for need in self.needs.open:
            to = (data.get(f"to_{need.place}") or "").strip()
            if to and to not in here[need.kind] and f"to_{need.place}" not in self.errors:
                self.add_error(f"to_{need.place}", _("“%(code)s” is not known here either.") % {"code": to})
        for need in named_twice(self.needs.open, self.decided()):
            self.add_error(f"to_{need.place}", _("Another one of the file is said to be the same: two stay two."))
        return data

    def decided(self) -> dict[str, dict[str, str]]:
        """Return what is decided so far, by kind and name."""
        decided: dict[str, dict[str, str]] = {PERSON: {}, DEPARTMENT: {}, POST: {}}
        for need in self.needs.open:
            decided[need.kind][need.code] = (self.cleaned_data.get(f"to_{need.place}") or "").strip()
        return decided

    def facts(self) -> dict[str, Any]:
        """Return the code, and the decisions by kind and name."""
        decided, stays = self.decided(), bool(self.cleaned_data.get("stays"))
        return {"code": self.cleaned_data["code"], "decided": decided, "stays": stays}
