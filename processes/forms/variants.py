"""Forms of variants: begin one, let it differ, bring it up to a newer version (F19)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from processes.domain.variants.deltas import shown
from processes.domain.variants.places import Kind, Place, Varying, is_same, value_of
from processes.domain.variants.rebasing import Plan
from processes.domain.variants.varying import AMOUNT_MOST, POSTS_MOST
from processes.forms.examples import Examples, UnitSelect
from processes.models import Unit
from processes.models.step import DAYS_MOST, LONG_TEXT_MOST
from procstd.acts import ActForm, ReasonMixin, SeenMixin
from procstd.organisation.forms.directory import DepartmentChoice
from procstd.organisation.models import Department, Post


class BeginForm(ReasonMixin, ActForm):
    """Begin the variant of a department."""

    department = DepartmentChoice(
        label=_("Department"), to_field_name="code", help_text=_("The variant holds there and in departments below.")
    )
    field_order = ["department", "reason"]


class ResetForm(SeenMixin, ActForm):
    """Let a field say again what it inherits."""

    place = forms.CharField()
    field = forms.CharField()


class Choices:
    """The posts and departments that one chooses from: read once, however many fields a page has."""

    @cached_property
    def posts(self) -> dict[str, tuple[str, bool]]:
        return {row.code: (str(row), row.is_active) for row in Post.objects.all()}

    @cached_property
    def departments(self) -> dict[str, tuple[str, bool]]:
        return {row.code: (str(row), row.is_active) for row in Department.objects.without_tree_fields()}

    def listed(self, rows: dict[str, tuple[str, bool]], present: str | None, nothing: Any) -> list[tuple[str, Any]]:
        """Return what can be chosen; what is abolished only where it stands already, so that it can be mended."""
        found = [(code, name) for code, (name, is_active) in rows.items() if is_active or code == present]
        return [("", nothing), *found]


@dataclass
class Row:
    """A field of a variant on its page: what it inherits, and the inputs for what it says itself."""

    place: Place
    varying: Varying
    inherited: Any
    own: Any
    form: Any
    #: Names of the inputs; of posts, a pair for each line.
    names: list[Any] = field(default_factory=list)

    @property
    def key(self) -> str:
        return f"{self.place.key}|{self.varying.name}"

    @property
    def differs(self) -> bool:
        return not is_same(self.varying, value_of(self.inherited, self.varying), value_of(self.own, self.varying))

    @property
    def is_text(self) -> bool:
        return self.varying.kind == Kind.TEXT

    @property
    def is_posts(self) -> bool:
        return self.varying.kind == Kind.POSTS

    @property
    def inherited_words(self) -> str:
        return shown(self.inherited, self.varying)

    @property
    def inherited_texts(self) -> list[tuple[str, str]]:
        """The inherited text in each language, with the language's code."""
        text = self.inherited[self.varying.name]
        return [("zh-Hans", text["zh"]), ("en", text["en"])]

    @property
    def inputs(self) -> list[Any]:
        return [] if self.is_posts else [self.form[name] for name in self.names]

    @property
    def lines(self) -> list[tuple[Any, Any]]:
        """The inputs of posts: post and department of each line."""
        return [(self.form[post], self.form[hall]) for post, hall in self.names] if self.is_posts else []


class VariantForm(SeenMixin, ReasonMixin, ActForm):
    """What a variant says at the places of one page, each field beside what it inherits."""

    def __init__(
        self, *args: Any, places: Sequence[tuple[Place, Place]], examples: Examples, choices: Choices, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.choices, self.examples = choices, examples
        #: The places of the page, each with its rows.
        self.sections: list[tuple[Place, list[Row]]] = []
        for number, (before, after) in enumerate(places):
            # A step, or the elements, have their page to themselves: there the inputs are called as in the editor.
            prefix = "" if before.kind in ("step", "elements") else f"{before.kind}-{number}-"
            rows = [
                Row(before, varying, before.row, after.row, self, list(self._add(prefix, before, varying, after.row)))
                for varying in before.fields
            ]
            self.sections.append((before, rows))
        self.order_fields([name for name in self.fields if name != "reason"])

    @property
    def rows(self) -> Iterator[Row]:
        return (row for _place, rows in self.sections for row in rows)

    def _add(self, prefix: str, place: Place, varying: Varying, own: Any) -> Iterator[Any]:
        """Add the inputs of a field; yield their names."""
        value = value_of(own, varying)
        name = f"{prefix}{varying.name}"
        match varying.kind:
            case Kind.TEXT:
                for end, label in (("zh", _("in Chinese")), ("en", _("in English"))):
                    area = forms.Textarea(attrs={"rows": 4, "lang": "zh-Hans" if end == "zh" else "en"})
                    self.fields[f"{name}_{end}"] = forms.CharField(
                        label=label, initial=value[end], required=False, max_length=LONG_TEXT_MOST, widget=area
                    )
                    yield f"{name}_{end}"
            case Kind.LIMIT:
                yield from self._add_limit(name, place, value)
            case Kind.DAYS:
                self.fields[name] = forms.IntegerField(label=_("days"), initial=value, min_value=0, max_value=DAYS_MOST)
                yield name
            case Kind.POST:
                posts = self.choices.listed(self.choices.posts, value, _("Choose …"))
                self.fields[name] = forms.ChoiceField(label=_("Post"), initial=value, choices=posts)
                yield name
            case Kind.POSTS:
                yield from self._add_posts(name, value)

    def _add_limit(self, name: str, place: Place, value: Any) -> Iterator[str]:
        value = value or {"amount": None, "unit": Unit.WORKING_HOURS}
        amount, unit = f"{name}_amount", f"{name}_unit"
        self.fields[amount] = forms.IntegerField(
            label=_("Amount"), initial=value["amount"], min_value=0, max_value=AMOUNT_MOST,
            required=place.kind != "step", help_text=_("0: at once; empty: none.") if place.kind == "step" else "",
        )  # fmt: skip
        widget = UnitSelect(choices=Unit.choices)
        self.fields[unit] = forms.ChoiceField(
            label=_("Unit of the limit"), initial=value["unit"], choices=Unit.choices, widget=widget
        )
        widget = self.fields[unit].widget  # type: ignore[assignment]  # a field copies its widget
        widget.example = lambda: self.examples.of(self[amount].value(), self[unit].value())
        widget.address = self.examples.address
        widget.amount_name, widget.amount_id = self.add_prefix(amount), self[amount].id_for_label
        yield from (amount, unit)

    def _add_posts(self, name: str, value: list[Any]) -> Iterator[tuple[str, str]]:
        """Add a line for each post, and one to write into; saving brings a new one."""
        empty = {"post": "", "department": None}
        for number, place in enumerate([*value, empty][:POSTS_MOST]):
            post, hall = f"{name}-{number}-post", f"{name}-{number}-department"
            self.fields[post] = forms.ChoiceField(
                label=_("Post"), initial=place["post"], required=False,
                choices=self.choices.listed(self.choices.posts, place["post"], "–"),
            )  # fmt: skip
            self.fields[hall] = forms.ChoiceField(
                label=_("Department"), initial=place["department"] or "", required=False,
                choices=self.choices.listed(self.choices.departments, place["department"], _("wherever it is held")),
            )  # fmt: skip
            yield post, hall

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        for row in self.rows:
            if row.varying.kind != Kind.POSTS:
                continue
            seen = set()
            for post, hall in row.names:
                chosen = found.get(post), found.get(hall)
                if chosen[1] and not chosen[0] and post not in self.errors:
                    self.add_error(post, _("Choose the post, or no department."))
                elif chosen[0] and chosen in seen:
                    self.add_error(post, _("This post stands there already."))
                seen.add(chosen)
        return found

    def facts(self) -> dict[str, Any]:
        """Return what the act is told; the field of the button “reset” says what it inherits."""
        reset = self.data.get("reset", "")
        values = {
            (row.place.key, row.varying.name): (
                value_of(row.inherited, row.varying) if row.key == reset else self._value(row)
            )
            for row in self.rows
        }
        return {"values": values, "reason": self.cleaned_data["reason"], "seen": self.cleaned_data["seen"]}

    def _value(self, row: Row) -> Any:
        given = self.cleaned_data
        match row.varying.kind:
            case Kind.TEXT:
                zh, en = row.names
                return {"zh": given[zh], "en": given[en]}
            case Kind.LIMIT:
                amount, unit = row.names
                return {"amount": given[amount], "unit": given[unit]} if given[amount] is not None else None
            case Kind.POSTS:
                lines = ((given[post], given[hall] or None) for post, hall in row.names)
                return [{"post": post, "department": hall} for post, hall in lines if post]
            case _:
                return given[row.names[0]]


class RebaseForm(SeenMixin, ReasonMixin, ActForm):
    """Decide what a newer version and the variant both say otherwise, and say that one has seen what falls away."""

    onto = forms.CharField(max_length=64, widget=forms.HiddenInput)
    is_known = forms.BooleanField(label=_("I have seen what falls away."), required=False)
    field_order = ["is_known", "reason"]

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan = plan
        for number, move in enumerate(plan.to_decide):
            self.fields[f"decide-{number}"] = forms.ChoiceField(
                label=f"{move.delta.after.title} – {move.delta.varying.label}",
                choices=[("keep", _("Keep what the variant says")), ("drop", _("Take what the newer version says"))],
                widget=forms.RadioSelect,
            )
        if not plan.falling_away:
            del self.fields["is_known"]

    @property
    def decisions(self) -> list[tuple[Any, Any]]:
        """What is to be decided, each with its field."""
        return [(move, self[f"decide-{number}"]) for number, move in enumerate(self.plan.to_decide)]

    def facts(self) -> dict[str, Any]:
        given = self.cleaned_data
        chosen = {move.key: given[f"decide-{number}"] for number, move in enumerate(self.plan.to_decide)}
        return {
            "onto": given["onto"],
            "kept": {key for key, word in chosen.items() if word == "keep"},
            "dropped": {key for key, word in chosen.items() if word == "drop"},
            "is_known": given.get("is_known", False),
            "reason": given["reason"],
            "seen": given["seen"],
        }
