"""The complaint standard's attachments and reasons: glossary, referenced rules, pain points (H2.2.4, H2.3.2, H4.1)."""

from __future__ import annotations

from typing import Any


def _both(name: str, zh: str, en: str) -> dict[str, Any]:
    return {name: {"zh": zh, "en": en}}


GLOSSARY: list[dict[str, Any]] = [
    {
        **_both("term", "工单", "Work order"),
        **_both("meaning", "一件投诉的处理任务，含客户信息、产品型号和级别，编号与案件相同。",
                "The task of handling one complaint: customer, product model and grade; its number is the case's."),
    },
    {
        **_both("term", "安全风险", "Safety risk"),
        **_both("meaning", "产品可能伤人、起火、漏电或污染环境，不论是否已经发生。",
                "The product may hurt people, burn, give electric shocks or pollute, whether it has happened or not."),
    },
    {
        **_both("term", "书面确认", "Written confirmation"),
        **_both("meaning", "客户签字的确认书扫描件，或客户登记邮箱发出的同意邮件。",
                "The customer's signed letter, scanned, or a mail of consent from the customer's registered address."),
    },
    {
        **_both("term", "责任部门", "Responsible department"),
        **_both("meaning", "步骤 4 判定为投诉原因所在、并承担处理费用的部门。",
                "The department that step 4 judges to be the cause of the complaint; it bears the cost."),
    },
]  # fmt: skip

REFERENCES: list[dict[str, Any]] = [
    {
        **_both("title", "《中华人民共和国产品质量法》（2018 年修正）", "Product Quality Law of the PRC (amended 2018)"),
        **_both("note", "第四十条：修理、更换、退货与赔偿。", "Article 40: repair, replacement, return and damages."),
    },
    {
        **_both("title", "《不合格品控制程序》QP-08", "Control of non-conforming products, QP-08"),
        **_both("note", "退回样品的标识和存放。", "How returned samples are marked and kept."),
    },
]  # fmt: skip

PAIN_POINTS: list[dict[str, Any]] = [
    {"key": "p1", **_both("text", "质量部判定责任平均需要 2 天", "Quality takes 2 days on average to judge the responsibility"),
     **_both("evidence", "流程现状调研表，销售部", "Survey form of the sales department")},
    {"key": "p2", **_both("text", "处理结束 3 天后才回访客户", "The customer is called only 3 days after the end"),
     **_both("evidence", "流程现状调研表，销售部", "Survey form of the sales department")},
    {"key": "p3", **_both("text", "登记信息不全，反复联系客户", "The register is incomplete; the customer is asked again and again")},
    {"key": "p4", **_both("text", "紧急与一般分不清，投诉被误判", "Urgent and normal are mixed up; complaints are misjudged")},
    {"key": "p5", **_both("text", "赔偿口头答应，事后有争议", "Compensation is promised by word of mouth and disputed afterwards")},
]  # fmt: skip

#: Which step answers which of them. Step 7 answers none: the checker asks why.
ANSWERS: dict[str, list[str]] = {
    "s1": ["p3"],
    "s2": ["p4"],
    "s3": ["p1"],
    "s4": ["p1"],
    "s5": ["p5"],
    "s6": ["p5"],
    "s8": ["p2"],
}
