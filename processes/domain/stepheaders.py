"""The headers under which enterprises keep their steps, in both languages, and the template's."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from procstd.sheets import Column

#: The header stands among the first rows, under a title perhaps.
HEADER_WITHIN = 10
#: Columns of text, which stand in the step in one language.
TEXTS = ("title", "operation", "example", "inputs", "outputs")
_CODES = ("number", *TEXTS, "post", "accountable", "limit")
#: Words in headers, without spaces and marks.
_WORDS = {
    "number": "序号 编号 步骤号 步骤序号 步骤编号 no number stepno stepnumber",
    "title": "步骤 步骤名称 名称 环节 流程步骤 流程环节 流程节点 节点 活动 工作步骤 标题"
    " step steps stepname title activity",
    "operation": "操作 操作内容 操作说明 操作要求 操作规范 操作步骤 工作内容 作业内容 内容 描述 步骤描述 步骤说明"
    " operation operations description action",
    "example": "示例 举例 例 范例 example examples",
    "post": "岗位 责任岗位 负责岗位 执行岗位 责任人 负责人 执行人 责任部门岗位 部门岗位 责任主体 角色"
    " post posts responsible responsiblepost role r",
    "accountable": "问责岗位 批准人 审批人 审批岗位 最终负责 最终负责岗位 a accountable accountablepost",
    "inputs": "输入 输入物 输入文件 输入资料 input inputs",
    "outputs": "输出 输出物 输出文件 输出资料 成果 输出成果 output outputs",
    "limit": "时限 时间 时间要求 时间标准 完成时限 办理时限 处理时限 期限 limit timelimit deadline time duration",
}
_KNOWN = {word: code for code, words in _WORDS.items() for word in words.split()}
_LANGUAGE = re.compile(r"[(（\[_\s]*(?:(?P<zh>中文|汉语|chinese|zh)|(?P<en>英文|英语|english|en))[)）\]\s]*$")


def columns_of_template(language: str) -> list[Column]:
    """Return the columns of the template: headers in *language*, what to write under each, texts in both languages."""
    zh = language == "zh"
    labels = {
        "number": ("序号", "No."), "title": ("步骤", "Step"),
        "operation": ("操作", "Operation"), "example": ("示例", "Example"),
        "inputs": ("输入", "Inputs"), "outputs": ("输出", "Outputs"), "post": ("岗位", "Post"),
        "accountable": ("问责岗位", "Accountable post"), "limit": ("时限", "Time limit"),
    }  # fmt: skip
    helps: dict[str, Any] = {
        "number": _("The order of the rows counts."),
        "title": _("A verb and its object"),
        "operation": _("What is done, so that every holder of the post can follow it"),
        "post": _("Name or code; several separated by commas"),
        "accountable": _("Exactly one post (A)"),
        "limit": _("For example “24小时”, “3 working days” or “at once”"),
    }
    columns = [Column(labels[code][0 if zh else 1], helps.get(code, ""), width=24) for code in _CODES]
    other = ("英文", "English") if zh else ("Chinese", "Chinese")
    return columns + [
        Column(f"{labels[code][0]}（{other[0]}）" if zh else f"{labels[code][1]} ({other[1]})", "", width=24)
        for code in TEXTS
    ]


def known(header: str) -> tuple[str, str]:
    """Return code and language of a column by its header; ("", "") for one that is not known."""
    words = unicodedata.normalize("NFKC", header).strip().lower()
    found = _LANGUAGE.search(words)
    bare = words[: found.start()] if found and found.start() else words
    code = _KNOWN.get(re.sub(r"[\W_]+", "", bare) or bare.strip(), "")
    language = ("zh" if found["zh"] else "en") if found and bare != words and code in TEXTS else ""
    return code, language


def header_of(grid: Sequence[Sequence[str]]) -> int | None:
    """Return the row that names the columns: the one with most of them, among the first rows."""
    best: tuple[int, int | None] = (1, None)
    for number, cells in enumerate(grid[:HEADER_WITHIN]):
        codes = {code for code, _language in map(known, cells) if code}
        if len(codes) > best[0] and codes & {"title", "operation"}:
            best = (len(codes), number)
    return best[1]
