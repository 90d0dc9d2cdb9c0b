"""What the columns of the steps are called, in both languages: in the grid, and where they are pasted along."""

from __future__ import annotations

from functools import cache

from django.utils.translation import gettext_lazy as _

from procstd.bilingual import in_each_language

#: The columns that can be pasted, by their heading in the grid.
COLUMN_HEADINGS = {
    "title_zh": _("Step in Chinese"),
    "title_en": _("Step in English"),
    "responsible": _("Responsible (R)"),
    "accountable": _("Accountable (A)"),
    "limit_amount": _("Limit"),
    "limit_unit": _("Unit"),
    "form": _("Form"),
    "is_key_node": _("Key node"),
    "next": _("Next"),
}
_ALSO = {
    "title_zh": ("步骤", "步骤名称", "标题", "操作", "title (zh)"),
    "title_en": ("step", "title", "title (en)", "step name", "operation"),
    "responsible": ("r", "responsible", "post", "responsible post", "负责", "负责岗位", "责任岗位", "岗位"),
    "accountable": ("a", "accountable", "问责", "问责岗位"),
    "limit_amount": ("time limit", "时限", "时间标准"),
    "limit_unit": ("unit", "单位"),
    "form": ("forms", "表单"),
    "is_key_node": ("key", "关键节点"),
    "next": ("next step", "下一步"),
}


@cache
def known_headings() -> dict[str, str]:
    """Return the column by every heading it may have, folded."""
    found: dict[str, str] = {}
    for column, label in COLUMN_HEADINGS.items():
        for name in (*in_each_language(label).values(), *_ALSO[column], column):
            found[" ".join(name.split()).casefold()] = column
    return found
