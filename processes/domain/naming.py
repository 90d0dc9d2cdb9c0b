"""Names and posts as they were when somebody signed: kept as text, in both languages."""

from __future__ import annotations

from typing import Any

from processes.models import Reviewer
from procstd.bilingual import in_each_language
from procstd.roles import Role


def signed_as(by: Any, *, role: Role | None = None, reviewer: Reviewer | None = None) -> dict[str, Any]:
    """Return the columns of a signed row that say who *by* is, and as what: in *role*, or for *reviewer*."""
    posts = _as_reviewer(by, reviewer) if reviewer else _in_role(by, role)
    return {
        "by": by, "name_zh": by.name_zh, "name_en": by.name_en,
        "post_zh": posts["zh"][:200], "post_en": posts["en"][:200],
    }  # fmt: skip


def _as_reviewer(by: Any, reviewer: Reviewer) -> dict[str, str]:
    if reviewer.post is None:
        posts = _in_role(by, None)
    else:
        posts = in_each_language(lambda: _place(reviewer.post, reviewer.department))
    if by.pk == reviewer.person_id:
        return posts
    return {
        "zh": f"{posts['zh']}，代{reviewer.person.name_zh}",
        "en": f"{posts['en']}, for {reviewer.person.name_en}",
    }


def _in_role(by: Any, role: Role | None) -> dict[str, str]:
    duty = next((duty for duty in by.duties if role is None or duty.post.role == role), None)
    if duty is None:
        return {"zh": "", "en": ""}
    posts = in_each_language(lambda: _place(duty.post, duty.department))
    if not duty.is_substituting:
        return posts
    return {"zh": f"{posts['zh']}，代{duty.person.name_zh}", "en": f"{posts['en']}, for {duty.person.name_en}"}


def _place(post: Any, department: Any) -> str:
    return f"{post} · {department}" if department else str(post)
