"""The demo's processes: a catalogue in the four categories of H1.1, the complaint standard of H3 in force, drafts at work."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import transaction

from processes.demo_complaint import CODE, COMPLAINT
from processes.demo_expense import EXPENSE, EXPENSE_CODE
from processes.demo_questions import QUESTIONS
from processes.demo_review import review_and_sign, told_in_time
from processes.demo_revision import begin_next_version
from processes.domain.asking import add_question
from processes.domain.drafting import write_draft
from processes.domain.releasing import release
from processes.models import Category, Process
from procstd import history
from procstd.organisation.models import Department, User

_REASON = "Demo"
_FIRST = "首次发布 / First release"
#: When the demo's standard took effect: before the cases of the last months.
RELEASED_AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)

# code, category, department, owner, core, Chinese, English
PROCESSES = [
    (CODE, Category.BUSINESS, "service", "zhao.min", True, "客户产品质量投诉处理流程", "Customer product-quality complaint handling"),
    (EXPENSE_CODE, Category.APPROVAL, "management", "sun.yue", False, "费用报销审批流程", "Expense claim approval"),
    ("purchase-request", Category.APPROVAL, "purchasing", None, False, "采购申请审批流程", "Purchase request approval"),
    ("order", Category.BUSINESS, "sales", "guo.peng", True, "订单处理流程", "Order handling"),
    ("risk-review", Category.MANAGEMENT, "legal", None, False, "风险评审流程", "Risk review"),
    ("recruiting", Category.SUPPORT, "management", None, False, "招聘与入职流程", "Recruiting and onboarding"),
    ("it-request", Category.SUPPORT, "it", "fang.ning", False, "信息系统服务请求流程", "IT service request"),
]  # fmt: skip


@transaction.atomic
def load() -> int:
    """Load what is not there yet; tell how many rows were made."""
    departments = {row.code: row for row in Department.objects.without_tree_fields()}
    people = {row.username: row for row in User.objects.all()}
    known = set(Process.objects.values_list("code", flat=True))
    made = 0
    for code, category, department, owner, is_core, name_zh, name_en in PROCESSES:
        if code in known:
            continue
        row = Process(
            code=code,
            category=category,
            department=departments[department],
            owner=people[owner] if owner else None,
            is_core=is_core,
            name_zh=name_zh,
            name_en=name_en,
        )
        history.save(row, by=None, reason=_REASON)
        made += 1
    complaint = Process.objects.get(code=CODE)
    if not complaint.revisions.exists():
        with history.telling_the_past():
            _write_and_release(complaint, people)
        made += 1
    if complaint.revisions.count() == 1:
        with history.telling_the_past():
            begin_next_version(complaint, by=people["he.lin"])
        made += 1
    if not complaint.questions.exists():
        for question_zh, answer_zh, question_en, answer_en in QUESTIONS:
            add_question(
                complaint, question_zh=question_zh, answer_zh=answer_zh, question_en=question_en, answer_en=answer_en,
                by=people["he.lin"], reason=_REASON,
            )  # fmt: skip
            made += 1
    expense = Process.objects.get(code=EXPENSE_CODE)
    if not expense.revisions.exists():
        write_draft(expense, EXPENSE, by=people["he.lin"], reason=_REASON, at=RELEASED_AT)
        made += 1
    return made


def _write_and_release(complaint: Process, people: dict[str, User]) -> None:
    began = history.come_to(RELEASED_AT - timedelta(days=14))
    draft = write_draft(complaint, COMPLAINT, by=people["he.lin"], reason=_REASON, at=began)
    review_and_sign(draft, people, released_at=RELEASED_AT)
    made = release(draft, by=people["li.guoqiang"], at=history.come_to(RELEASED_AT), reason=_FIRST)
    told_in_time(made, at=RELEASED_AT)
