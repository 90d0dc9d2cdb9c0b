"""The usual questions of an interview: real steps, durations, difficulties (H2.2.1), and what is wished for."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_noop

from procstd import history
from surveys.models import GuideQuestion, Survey

STARTER: tuple[tuple[str, str], ...] = (
    (
        "请从头到尾讲一讲最近办的一件：先做什么，再做什么？",
        "Tell me about the last one you did, from beginning to end: what came first, what next?",
    ),
    ("什么时候、由谁、以什么方式交到您手里？", "When does it reach you, from whom, in what form?"),
    ("您交给谁？怎么知道对方收到了？", "To whom do you hand over? How do you know that it arrived?"),
    ("每一步实际花多长时间？其中等待多久？", "How long does each step really take? How much of it is waiting?"),
    ("哪里最困难？上一次出问题是什么情况？", "What is most difficult? What happened the last time it went wrong?"),
    ("哪些事要做两遍，或者要退回重做？", "What is done twice, or comes back to be done again?"),
    ("实际做法和书面规定哪里不一样？", "Where does what you do differ from what is written?"),
    ("如果只能改一处，您会改什么？", "If you could change one thing, what would it be?"),
)


def put_in_guide(survey: Survey, *, by: Any) -> None:
    """Put the usual questions into the guide of a survey that has none yet."""
    rows = [
        GuideQuestion(survey=survey, position=place, text_zh=zh, text_en=en)
        for place, (zh, en) in enumerate(STARTER, 1)
    ]
    history.save_many(rows, by=by, reason=gettext_noop("The usual questions"))
