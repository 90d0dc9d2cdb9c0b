"""The starter list of risks with their controls: H4.1 to H4.3, in both languages."""

from __future__ import annotations

from typing import Any

from projects.models import Level

RISKS: list[dict[str, Any]] = [
    {
        "title_zh": "为标准化而标准化：没有具体问题就起草标准",
        "title_en": "A standard for its own sake: drafted without a concrete problem",
        "control_zh": "起草前由调研指出具体的不规范问题和造成延误的节点；每个步骤、每项控制都能追溯到一个问题。",
        "control_en": "Before drafting, the survey names the problem and the node that delays; every step and control "
        "traces to a problem.",
        "likelihood": Level.MEDIUM,
        "impact": Level.HIGH,
    },
    {
        "title_zh": "跨部门权责不清，出现推诿",
        "title_en": "Rights and duties across departments stay unclear",
        "control_zh": "为每个节点编制RACI矩阵，有且只有一个A；不使用“相关部门”“配合部门”一类措辞。",
        "control_en": "A RACI matrix for every node with exactly one A; no wording such as “relevant departments”.",
        "likelihood": Level.HIGH,
        "impact": Level.HIGH,
    },
    {
        "title_zh": "文件看得懂却做不了",
        "title_en": "Documents that can be read but not followed",
        "control_zh": "按“步骤+示例”编写；表单每个字段说明填写内容，例如问题描述包含时间、地点、现象和影响。",
        "control_en": "Write “step + example”; every form field says what it must contain: when, where, what was seen, "
        "what it affects.",
        "likelihood": Level.MEDIUM,
        "impact": Level.MEDIUM,
    },
]
