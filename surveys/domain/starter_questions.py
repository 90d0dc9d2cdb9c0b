"""The starter set of questions: the three dimensions of H2.2.1, what hurts most, what is wished for."""

from __future__ import annotations

from typing import Any

from surveys.models import Dimension, QuestionKind

_OFTEN = [
    {"key": "never", "zh": "从不", "en": "never"},
    {"key": "monthly", "zh": "每月几次", "en": "a few times a month"},
    {"key": "weekly", "zh": "每周几次", "en": "a few times a week"},
    {"key": "daily", "zh": "几乎每天", "en": "nearly every day"},
]
_HURTS = [
    {"key": "approval", "zh": "重复审批", "en": "approvals done more than once"},
    {"key": "waiting", "zh": "等待其他部门", "en": "waiting for other departments"},
    {"key": "unclear", "zh": "职责不清", "en": "unclear who is responsible"},
    {"key": "forms", "zh": "表单繁琐或重复填写", "en": "forms too long or filled in twice"},
    {"key": "system", "zh": "系统不支持", "en": "the system does not support it"},
]

#: kind, dimension, options, required, Chinese, English
STARTER: tuple[tuple[str, str, list[dict[str, str]], bool, str, str], ...] = (
    (
        QuestionKind.SCALE, Dimension.CLARITY, [], True,
        "我清楚本流程的每个步骤由谁做、怎么做。",
        "I know for every step of the process who does it and how.",
    ),
    (
        QuestionKind.SCALE, Dimension.CLARITY, [], True,
        "出现例外情况时，我知道该怎么处理。",
        "When something unusual happens, I know what to do.",
    ),
    (
        QuestionKind.SCALE, Dimension.DURATIONS, [], True,
        "各步骤的时限是合理的。",
        "The time limits of the steps are reasonable.",
    ),
    (
        QuestionKind.NUMBER, Dimension.DURATIONS, [], False,
        "办完一件平均需要几个工作日？",
        "How many working days does one take on average?",
    ),
    (
        QuestionKind.SCALE, Dimension.COLLABORATION, [], True,
        "部门之间的交接顺畅。",
        "Handing over between departments goes smoothly.",
    ),
    (
        QuestionKind.SINGLE, Dimension.COLLABORATION, _OFTEN, True,
        "您多久会因为等待其他部门而停下来？",
        "How often do you stop because you wait for another department?",
    ),
    (
        QuestionKind.MULTIPLE, "", _HURTS, False,
        "哪些问题最影响您的工作？",
        "What gets in the way of your work most?",
    ),
    (
        QuestionKind.TEXT, "", [], False,
        "您最希望改进什么？",
        "What would you improve first?",
    ),
)  # fmt: skip


def starter_rows() -> list[dict[str, Any]]:
    """Return the questions as facts of rows."""
    names = ("kind", "dimension", "options", "is_required", "text_zh", "text_en")
    return [{**dict(zip(names, row, strict=True)), "options": [dict(one) for one in row[2]]} for row in STARTER]
