"""Whether each step answers a problem that the survey named (H4.1): no standard for its own sake."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from processes.domain.checker.findings import Facts, Finding
from processes.domain.standard import Standard

_WHY = _("No standard for its own sake: each step traces to a problem that the survey named, or is questioned (H4.1).")


def unexplained_steps(standard: Standard, facts: Facts) -> Iterator[Finding]:
    """Yield a question for each step that answers no pain point, or one if the process has none at all."""
    if not standard.pain_points:
        yield Finding(
            "purpose.none", "pain-points", _("No pain point of the process is named."), why=_WHY,
            proposal=_("Which problem does this standard solve, and which step causes the delay today?"),
        )  # fmt: skip
        return
    for step in standard.steps:
        if not any(key in standard.pain_points for key in step.answers):
            words = {"number": step.number, "title": step.title}
            yield Finding(
                "purpose.step", f"step:{step.key}",
                _("Step %(number)s “%(title)s” answers none of the pain points.") % words, "answers", why=_WHY,
                proposal=_("Which problem would come back without this step? If none, leave it out."),
            )  # fmt: skip
    answered = {key for step in standard.steps for key in step.answers}
    for key, text in standard.pain_points.items():
        if key not in answered:
            yield Finding(
                "purpose.unanswered", "pain-points", _("No step answers the pain point “%(text)s”.") % {"text": text},
                why=_WHY, proposal=_("Which step mends it? Or is it solved elsewhere?"), excerpt=key,
            )  # fmt: skip
