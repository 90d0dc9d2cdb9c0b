"""The form that says which post each role of a starter is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from processes.domain.standard import Words
from processes.domain.starting import proposed_posts
from processes.starters.build import Starter
from procstd.acts import ActForm, ReasonMixin
from procstd.organisation.models import Post


class StarterForm(ReasonMixin, ActForm):
    """Which post each role is: proposed where a name is like it, and left for later where nobody is chosen."""

    def __init__(self, *args: Any, starter: Starter, posts: Sequence[Post], **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"reason": _("Drafting")})
        super().__init__(*args, **kwargs)
        self.starter = starter
        proposals = proposed_posts(starter, posts)
        listed = [(post.code, str(post)) for post in posts]
        duties = {row["post"]["code"]: row["duty"] for row in starter.data["responsibilities"]}
        for role, name in starter.roles.items():
            required = role in starter.escalated_to
            nothing = _("Choose …") if required else _("Make it later")
            self.fields[role] = forms.ChoiceField(
                label=str(Words.of(name)),
                help_text=self._help(duties.get(role), required),
                choices=[("", nothing), *listed],
                initial=proposals.get(role, ""),
                required=required,
            )
        self.order_fields([*starter.roles, "reason"])

    def _help(self, duty: dict[str, str] | None, required: bool) -> Any:
        words = Words.of(duty)
        if not required:
            return str(words)
        return _("%(duty)s Exceptions escalate to it.") % {"duty": words}

    def facts(self) -> dict[str, Any]:
        posts = {role: self.cleaned_data[role] for role in self.starter.roles}
        return {"posts": posts, "reason": self.cleaned_data["reason"]}
