"""The demo enterprise: a manufacturer with departments, posts and people in both languages.

Made by the real acts. Idempotent: what exists, by code, is left as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext_noop

from procstd.organisation.domain.departments import add_department
from procstd.organisation.domain.people import add_person
from procstd.organisation.domain.posts import add_post, appoint
from procstd.organisation.models import Department, Post, User
from procstd.roles import Role

PASSWORD = "procstd-demo"  # noqa: S105  (a demo is for everybody)
SINCE = date(2026, 1, 1)
_REASON = "Demo"

# code, above, Chinese, English
DEPARTMENTS = [
    ("huayuan", "", "华源精密制造有限公司", "Huayuan Precision Manufacturing"),
    ("management", "huayuan", "总经办", "General management"),
    ("sales", "huayuan", "销售部", "Sales"),
    ("service", "sales", "客户服务部", "Customer service"),
    ("quality", "huayuan", "质量部", "Quality"),
    ("quality-lab", "quality", "检测中心", "Test laboratory"),
    ("production", "huayuan", "生产部", "Production"),
    ("workshop-1", "production", "一车间", "Workshop 1"),
    ("purchasing", "huayuan", "采购部", "Purchasing"),
    ("legal", "huayuan", "法务与风控部", "Legal and risk"),
    ("it", "huayuan", "信息技术部", "Information technology"),
    ("training", "huayuan", "培训部", "Training"),
    ("audit", "huayuan", "内审部", "Internal audit"),
]
# code, role, Chinese, English
POSTS = [
    ("vice-president", Role.PROJECT_LEAD, "运营副总裁", "Vice president operations"),
    ("project-lead", Role.PROJECT_LEAD, "标准化项目负责人", "Standardization project lead"),
    ("process-specialist", Role.PROCESS_SPECIALIST, "流程专员", "Process specialist"),
    ("department-head", Role.DEPARTMENT_HEAD, "部门负责人", "Department head"),
    ("service-agent", Role.FRONTLINE, "客服专员", "Service agent"),
    ("service-supervisor", Role.FRONTLINE, "客服主管", "Service supervisor"),
    ("quality-engineer", Role.FRONTLINE, "质量工程师", "Quality engineer"),
    ("sales-representative", Role.FRONTLINE, "销售代表", "Sales representative"),
    ("repair-technician", Role.FRONTLINE, "维修技师", "Repair technician"),
    ("trainer", Role.FRONTLINE, "培训师", "Trainer"),
    ("legal-counsel", Role.FRONTLINE, "法务专员", "Legal counsel"),
    ("it-engineer", Role.FRONTLINE, "信息系统工程师", "IT engineer"),
    ("internal-auditor", Role.AUDITOR, "内审员", "Internal auditor"),
]


@dataclass(frozen=True)
class Figure:
    """A person of the demo, with the posts held and where."""

    code: str
    name_zh: str
    name_en: str
    department: str
    posts: tuple[tuple[str, str], ...]
    language: str = "zh-hans"
    time_zone: str = "Asia/Shanghai"
    is_staff: bool = False


CAST = [
    Figure("li.guoqiang", "李国强", "Li Guoqiang", "management", (("vice-president", "management"),)),
    Figure("sun.yue", "孙悦", "Sun Yue", "management", (("project-lead", "management"),)),
    Figure("he.lin", "何琳", "He Lin", "management", (("process-specialist", "management"),)),
    Figure("tang.wei", "唐薇", "Tang Wei", "quality", (("process-specialist", "quality"),)),
    Figure("chen.jing", "陈静", "Chen Jing", "service", (("service-agent", "service"),)),
    Figure("zhou.tao", "周涛", "Zhou Tao", "service", (("service-agent", "service"),)),
    Figure(
        "zhao.min", "赵敏", "Zhao Min", "service",
        (("service-supervisor", "service"), ("department-head", "service")),
    ),
    Figure("wang.lei", "王磊", "Wang Lei", "quality", (("quality-engineer", "quality"),)),
    Figure("liu.fang", "刘芳", "Liu Fang", "quality-lab", (("quality-engineer", "quality-lab"),)),
    Figure("ma.jun", "马俊", "Ma Jun", "quality", (("department-head", "quality"),)),
    Figure("huang.li", "黄丽", "Huang Li", "sales", (("sales-representative", "sales"),)),
    Figure("guo.peng", "郭鹏", "Guo Peng", "sales", (("department-head", "sales"),)),
    Figure(
        "emma.clark", "艾玛·克拉克", "Emma Clark", "sales",
        (("sales-representative", "sales"),), "en", "Europe/Berlin",
    ),
    Figure("xu.hai", "徐海", "Xu Hai", "workshop-1", (("repair-technician", "workshop-1"),)),
    Figure("lin.feng", "林峰", "Lin Feng", "production", (("department-head", "production"),)),
    Figure("shen.yi", "沈怡", "Shen Yi", "legal", (("legal-counsel", "legal"),)),
    Figure("qian.xin", "钱欣", "Qian Xin", "training", (("trainer", "training"),)),
    Figure("deng.xue", "邓雪", "Deng Xue", "audit", (("internal-auditor", "audit"),)),
    Figure("fang.ning", "方宁", "Fang Ning", "it", (("it-engineer", "it"),), is_staff=True),
]  # fmt: skip

#: Who to sign in as, for the address that `make run` prints and for the README.
ACCOUNTS = [
    ("fang.ning", gettext_noop("Administrator")),
    ("sun.yue", gettext_noop("Project lead")),
    ("he.lin", gettext_noop("Process specialist")),
    ("chen.jing", gettext_noop("Frontline staff")),
    ("emma.clark", gettext_noop("Frontline staff")),
    ("zhao.min", gettext_noop("Department head")),
    ("deng.xue", gettext_noop("Auditor")),
]


@transaction.atomic
def load() -> int:
    """Load what is not there yet; tell how many rows were made."""
    made = 0
    departments = {row.code: row for row in Department.objects.without_tree_fields()}
    for code, above, name_zh, name_en in DEPARTMENTS:
        if code not in departments:
            departments[code] = add_department(
                code=code, parent=departments.get(above), name_zh=name_zh, name_en=name_en, by=None, reason=_REASON
            )
            made += 1
    posts = {row.code: row for row in Post.objects.all()}
    for code, role, name_zh, name_en in POSTS:
        if code not in posts:
            posts[code] = add_post(code=code, role=role, name_zh=name_zh, name_en=name_en, by=None, reason=_REASON)
            made += 1
    hashed = make_password(PASSWORD)  # once: a slow hash for each of them would take seconds
    known = set(User.objects.values_list("username", flat=True))
    for figure in CAST:
        if figure.code in known:
            continue
        person = add_person(
            username=figure.code,
            name_zh=figure.name_zh,
            name_en=figure.name_en,
            email=f"{figure.code}@huayuan.example",
            department=departments[figure.department],
            language=figure.language,
            time_zone=figure.time_zone,
            is_staff=figure.is_staff,
            by=None,
            reason=_REASON,
        )
        person.password = hashed
        User.objects.filter(pk=person.pk).update(password=person.password)
        for post, department in figure.posts:
            appoint(
                person, post=posts[post], department=departments[department], valid_from=SINCE, by=None, reason=_REASON
            )
        made += 1
    return made
