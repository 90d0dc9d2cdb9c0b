"""Structural gaps that do not stop a standard but will hurt whoever works by it (F03, F15, H3, H4.2).

What stops it (no actor, no limit, no output, never reached, no way to the end, a form never used, not exactly one A)
is found by checks.py and flowchecks.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from processes.domain.checker.findings import Facts, Finding
from processes.domain.checker.texts import LANGUAGES, excerpt_around
from processes.domain.standard import Standard, Step, Words

#: From so many steps on one post in every one of them is worth a question.
_MANY = 4
_WHY_POSTS = _("Rights and duties lie with posts that somebody holds, one answers and others do (H4.2).")
_WHY_NODE = _("A key node is a step of the standard: what is no step is never done, nor seen when it is late (H2.3.1).")


def structural_gaps(standard: Standard, facts: Facts) -> Iterator[Finding]:
    """Yield each gap."""
    for step in standard.steps:
        yield from _step_gaps(step, facts)
    yield from _key_nodes(standard)
    yield from _exception_gaps(standard, facts)
    yield from _asked_twice(standard)
    yield from _in_everything(standard)


def _step_gaps(step: Step, facts: Facts) -> Iterator[Finding]:
    place, named = f"step:{step.key}", {"number": step.number}
    told = {(row.post, row.department): row for rows in step.posts.values() for row in rows}
    for key, post in told.items():
        if key in facts.vacant:
            yield Finding(
                "structure.vacant", place,
                _("Step %(number)s: nobody holds the post “%(post)s”.") % {**named, "post": post},
                "posts", why=_WHY_POSTS, proposal=_("Who is to hold it? Or name another post."),
                excerpt="@".join(filter(None, key)),
            )  # fmt: skip
    if not step.countersigned and (found := _says_countersigned(step)):
        yield Finding(
            "structure.countersign", place,
            _("Step %(number)s speaks of a countersignature, and no post countersigns it (S).") % named,
            "posts", why=_("What the paper asks for, the case asks for too: else it is skipped (H2.4.4)."),
            proposal=_("Which post countersigns? Give it an S, and the step cannot be completed without it."),
            excerpt=found,
        )  # fmt: skip
    if step.countersigned and not any(outcome.is_send_back for outcome in step.outcomes):
        yield Finding(
            "structure.refusal", place,
            _("Step %(number)s is countersigned, and no outcome sends the case back.") % named,
            "outcomes", why=_("Who countersigns can refuse, and then the step ends by nothing but a send-back (F15)."),
            proposal=_("To which step does the case go back when a countersignature is refused?"),
        )  # fmt: skip
    for outcome in step.outcomes:
        if outcome.branches and outcome.target is None and any(branch.target for branch in outcome.branches):
            yield Finding(
                "structure.default", place,
                _("Step %(number)s: “%(outcome)s” ends the case unless a branch applies.")
                % {**named, "outcome": outcome.label},
                "outcomes", why=_("What happens when no condition holds is decided, not left over (F15)."),
                proposal=_("Is the end meant? Else choose the next step."), excerpt=outcome.key,
            )  # fmt: skip


def _says_countersigned(step: Step) -> str:
    """Return the word by which a step's operation asks for a countersignature; none if the step is that signature."""
    if _COUNTERSIGN.search(f"{step.title.zh} {step.title.en}"):
        return ""
    found = _COUNTERSIGN.search(f"{step.operation.zh} {step.operation.en}")
    return found[0] if found else ""


_COUNTERSIGN = re.compile("会签|countersign|co-sign", re.I)
#: Acts that texts name as key nodes: how each is written in texts, and in steps.
_ACTS = (
    ("审批|批准|核准|approv", "审批|批准|核准|审定|签批|approv"),
    (_COUNTERSIGN.pattern, _COUNTERSIGN.pattern),
    ("验收|acceptance", "验收|accept"),
    ("评审|design review|reviewed by", "评审|评估|review"),
    ("复核|four eyes|double[- ]check", "复核|复查|复审|check"),
    ("回访|follow-up call", "回访|follow-up|call the customer"),
    ("盘点|stocktak", "盘点|stock"),
    ("归档|archiv", "归档|存档|archiv|file"),
)
_ACT_PATTERNS = [(re.compile(said, re.I), re.compile(done, re.I)) for said, done in _ACTS]
_NODES = {
    "zh": re.compile(r"(?:关键节点|关键环节|关键步骤)[^：:。\n]{0,6}[：:]\s*([^。；;\n]{2,200})"),
    "en": re.compile(r"key\s+(?:nodes?|steps?)\s*(?:are|is)?\s*:?\s*([^.;\n]{3,300})", re.I),
}
_APART = re.compile(r"[、，,]|\s+and\s+|和|及")
_NOTE = re.compile(r"[（(][^）)]*[）)]")
_IN_EN = re.compile(r"[a-z]{4,}", re.I)


def _key_nodes(standard: Standard) -> Iterator[Finding]:
    """Yield a finding for each key node that the rules name and no step is."""
    if not standard.steps:
        return
    for language in LANGUAGES:
        text: str = getattr(standard.rules, language)
        steps = [f"{getattr(step.title, language)} {getattr(step.operation, language)}" for step in standard.steps]
        titles = [getattr(step.title, language) for step in standard.steps]
        listed = [
            (match.start(1) + start, name)
            for match in _NODES[language].finditer(text)
            for start, name in _items(match[1])
        ]
        missing = [(start, name) for start, name in listed if not _is_step(name, titles, steps, language)]
        if not listed:
            missing = [
                (found.start(), found[0])
                for said, done in _ACT_PATTERNS
                if (found := said.search(text)) and not any(done.search(step) for step in steps)
            ]
        for start, name in missing:
            first, last = excerpt_around(text, start, language)
            yield Finding(
                "structure.key_node", "elements", _("The rules name “%(node)s”, which is no step.") % {"node": name},
                f"rules_{language}", why=_WHY_NODE,
                proposal=_("Add a step for it and mark it as a key node, or take it out of the rules."),
                language=language, excerpt=text[first:last], start=start - first,
                end=min(start - first + len(name), last - first), offset=first,
            )  # fmt: skip


def _items(text: str) -> Iterator[tuple[int, str]]:
    """Yield the items of an enumeration, without what stands in brackets, and where each begins."""
    plain = _NOTE.sub(lambda match: " " * len(match[0]), text)
    at = 0
    for piece in _APART.split(plain):
        at = plain.index(piece, at)
        if name := piece.strip():
            yield at + piece.index(name), name
        at += len(piece)


def _is_step(name: str, titles: list[str], steps: list[str], language: str) -> bool:
    for said, done in _ACT_PATTERNS:
        if said.search(name):
            return any(done.search(step) for step in steps)
    if language == "zh":
        pairs = {name[index : index + 2] for index in range(len(name) - 1)}
        # What is done stands at the end of a Chinese compound.
        return any(name[-2:] in step for step in steps) or any(
            sum(pair in title for pair in pairs) * 2 >= len(pairs) for title in titles
        )
    stems = _stems(name)
    return not stems or any(len(stems & _stems(step)) * 2 >= len(stems) for step in steps)


def _stems(text: str) -> set[str]:
    return {word.lower()[:4] for word in _IN_EN.findall(text)}


def _exception_gaps(standard: Standard, facts: Facts) -> Iterator[Finding]:
    for rule in standard.exceptions:
        step = standard.step(rule.step)
        named = {"trigger": rule.trigger}
        why = _("An exception says at which step, how long one tries, and who decides then (H2.3.1).")
        if not rule.escalate_to.post:
            yield Finding(
                "structure.exception_owner", "exceptions",
                _("“%(trigger)s”: nobody decides when it is not mended.") % named, "rows", why=why,
                proposal=_("To which post does it go when the limit has passed?"), excerpt=rule.trigger.zh,
            )  # fmt: skip
        elif (rule.escalate_to.post, None) in facts.vacant:
            yield Finding(
                "structure.vacant", "exceptions",
                _("“%(trigger)s” goes to “%(post)s”, which nobody holds.") % {**named, "post": rule.escalate_to.name},
                "rows", why=why, proposal=_("Who is to hold it? Or name another post."), excerpt=rule.escalate_to.post,
            )  # fmt: skip
        elif step and {place.post for place in step.responsible} == {rule.escalate_to.post}:
            yield Finding(
                "structure.exception_owner", "exceptions",
                _("“%(trigger)s” goes to “%(post)s”, who is stuck with it already.")
                % {**named, "post": rule.escalate_to.name},
                "rows", why=why, proposal=_("Who above that post can decide?"), excerpt=rule.trigger.zh,
            )  # fmt: skip


def _asked_twice(standard: Standard) -> Iterator[Finding]:
    """Yield a finding for each field that two forms ask for under the same label."""
    first: dict[tuple[str, str], Words] = {}
    for form in standard.forms:
        for index, field in enumerate(form.fields):
            label = (field.label.zh.strip().casefold(), field.label.en.strip().casefold())
            if not all(label):
                continue
            earlier = first.setdefault(label, form.name)
            if earlier is not form.name:
                yield Finding(
                    "structure.asked_twice", f"form:{form.key}",
                    _("“%(field)s” is asked for in “%(first)s” already.") % {"field": field.label, "first": earlier},
                    f"fields-{index}-label_zh",
                    why=_("What was written once is shown, not asked for again; two answers can differ (H2.4.4)."),
                    proposal=_("Leave it out here, or label what is new in it."), excerpt=field.label.zh,
                )  # fmt: skip


def _in_everything(standard: Standard) -> Iterator[Finding]:
    if len(standard.steps) < _MANY:
        return
    doing = [{place.post: place.name for duty in "RA" for place in step.posts.get(duty, ())} for step in standard.steps]
    for post in sorted(set.intersection(*(set(row) for row in doing))):
        yield Finding(
            "structure.everywhere", "steps",
            _("“%(post)s” does or answers for every step.") % {"post": doing[0][post]}, why=_WHY_POSTS,
            proposal=_("Which steps could another post answer for? One post in everything is a bottleneck."),
            excerpt=post,
        )  # fmt: skip
