"""The worked example of the method (H3): customer product-quality complaint handling, as data of a draft.

Its known faults are mended here: approving the solution (element 4) is a step, every step has one
accountable post, the exception names its step, and step 8's text and limit agree.
"""

from __future__ import annotations

from typing import Any

from processes.demo_complaint_limits import LIMITS
from processes.demo_complaint_terms import ANSWERS, GLOSSARY, PAIN_POINTS, REFERENCES


def w(zh: str, en: str) -> dict[str, str]:
    """Return a text in both languages."""
    return {"zh": zh, "en": en}


def _places(*posts: str) -> list[dict[str, Any]]:
    """Return places from “post” or “post@department”."""
    made = []
    for text in posts:
        post, _at, department = text.partition("@")
        made.append({"post": {"code": post}, "department": {"code": department} if department else None})
    return made


def _field(
    key: str, kind: str, label: dict[str, str], help: dict[str, str] | None = None, **more: Any
) -> dict[str, Any]:
    return {"key": key, "kind": kind, "label": label, "help": help or w("", ""), **more}


def _option(key: str, zh: str, en: str) -> dict[str, str]:
    return {"key": key, "zh": zh, "en": en}


def _on(key: str, label: dict[str, str], target: str | None, **more: Any) -> dict[str, Any]:
    return {"key": key, "label": label, "target": target, **more}


_FORMS = [
    {
        "key": "register",
        "name": w("客户投诉登记表", "Complaint register"),
        "fields": [
            _field("customer", "text", w("客户名称", "Customer"), w("公司全称或姓名", "Full name of the company or person"),
                   personal=True, public=True),
            _field("contact", "text", w("联系方式", "Contact"),
                   w("电话或电子邮箱，便于我们回复", "Telephone or e-mail at which we can answer"), personal=True, public=True),
            _field("product", "text", w("产品型号", "Product model"),
                   w("铭牌上的型号，如 HY-200", "As on the name plate, for example HY-200"), public=True),
            _field("problem", "long_text", w("问题描述", "Problem description"),
                   w("何时、何地、看到什么现象、有何影响", "When, where, what was seen, what it affects"), public=True),
            _field("photo", "photo", w("照片", "Photo"), w("问题部位的照片", "A picture of the defect"),
                   required=False, public=True),
            _field("channel", "choice", w("投诉渠道", "Channel"), required=False, options=[
                _option("online", "在线表单", "Online form"), _option("phone", "电话", "Telephone"),
                _option("email", "电子邮件", "E-mail"),
            ]),
        ],
    },
    {
        "key": "grading",
        "name": w("投诉分级表", "Grading record"),
        "fields": [
            _field("grade", "choice", w("级别", "Grade"), w("多个客户或存在安全风险为紧急", "Many customers or a safety risk: urgent"),
                   options=[_option("normal", "一般", "Normal"), _option("urgent", "紧急", "Urgent")]),
            _field("risk", "long_text", w("风险说明", "Risk"),
                   w("涉及哪些客户、有何安全风险", "Which customers are affected, which danger there is"),
                   visible={"field": "grade", "value": "urgent"}),
        ],
    },
    {
        "key": "solution",
        "name": w("处理方案报告", "Solution report"),
        "fields": [
            _field("cause", "long_text", w("原因分析", "Cause"),
                   w("根本原因及依据", "The root cause and what shows it")),
            _field("department", "department", w("责任部门", "Responsible department")),
            _field("kind", "choice", w("处理方式", "Kind of solution"), options=[
                _option("repair", "维修", "Repair"), _option("replace", "更换", "Replacement"),
                _option("compensate", "赔偿", "Compensation"),
            ]),
            _field("amount", "money", w("赔偿金额", "Amount of compensation"), w("人民币元", "In yuan"),
                   visible={"field": "kind", "value": "compensate"}),
            _field("plan", "long_text", w("处理方案", "Solution"),
                   w("做什么、由谁做、何时完成", "What is done, by whom, until when")),
        ],
    },
    {
        "key": "approval",
        "name": w("方案审批表", "Approval of the solution"),
        "fields": [
            _field("opinion", "long_text", w("审批意见", "Opinion"),
                   w("同意或退回的理由", "Why it is approved or sent back"), required=False),
        ],
    },
    {
        "key": "confirmation",
        "name": w("客户确认书", "Customer confirmation"),
        "fields": [
            _field("confirmed", "yes_no", w("客户同意方案", "The customer agrees")),
            _field("said", "long_text", w("客户意见", "What the customer said"),
                   w("客户的原话", "In the customer's own words"), required=False),
            _field("letter", "file", w("书面确认", "Written confirmation"), w("签字的扫描件", "The signed letter, scanned"),
                   required=False),
        ],
    },
    {
        "key": "result",
        "name": w("处理结果报告", "Result report"),
        "fields": [
            _field("done_on", "date", w("完成日期", "Done on")),
            _field("result", "long_text", w("处理结果", "Result"),
                   w("做了什么、如何检验", "What was done and how it was checked")),
        ],
    },
    {
        "key": "follow_up",
        "name": w("客户回访记录表", "Follow-up record"),
        "fields": [
            _field("satisfaction", "rating", w("满意度", "Satisfaction"), w("5 为非常满意", "5 is very satisfied")),
            _field("remarks", "long_text", w("回访记录", "Remarks"),
                   w("客户对处理过程和结果的评价", "What the customer says of the handling and its result"), required=False),
        ],
    },
]  # fmt: skip

_STEPS = [
    {
        "key": "s1", "number": 1, "form": "register",
        "title": w("受理投诉", "Receive the complaint"),
        "operation": w("通过电话、邮件或在线表单受理投诉，核实客户名称、产品型号和问题描述。",
                       "Receive the complaint by telephone, e-mail or online form; verify customer name, product model "
                       "and problem description."),
        "example": w("客户来电称 HY-200 泵漏油：核对铭牌型号，请客户拍照，登记发现时间。",
                     "A customer calls about a leaking HY-200 pump: check the model on the name plate, ask for a photo, "
                     "note when it was first seen."),
        "inputs": w("客户反馈", "Customer's feedback"), "outputs": w("客户投诉登记表", "Complaint register"),
        "limit": {"amount": 0, "unit": "working_minutes", "from": ""},
        "customer_days": 5,
        "posts": {"R": _places("service-agent"), "A": _places("service-supervisor")},
        "outcomes": [_on("received", w("已受理", "Received"), "s2")],
    },
    {
        "key": "s2", "number": 2, "form": "grading", "key_node": True,
        "title": w("投诉分级", "Grade"),
        "operation": w("判定级别：一般（单个客户）或紧急（多个客户或存在安全风险）。",
                       "Grade it: normal (one customer) or urgent (many customers, or a safety risk)."),
        "example": w("同一批次有三家客户投诉漏油：紧急。", "Three customers report leaks of one batch: urgent."),
        "inputs": w("客户投诉登记表", "Complaint register"), "outputs": w("级别", "Grade"),
        "limit": {"amount": 1, "unit": "working_hours", "from": "s1"},
        "posts": {"R": _places("service-supervisor"), "A": _places("service-supervisor")},
        "outcomes": [
            _on("graded", w("已分级", "Graded"), "s3"),
            _on("incomplete", w("信息不全，退回", "Information incomplete, send back"), "s1", send_back=True),
        ],
    },
    {
        "key": "s3", "number": 3,
        "title": w("派发工单", "Assign the work order"),
        "operation": w("将客户信息和级别随工单派发给质量部。", "Assign the work order to quality with customer information and grade."),
        "example": w("紧急投诉派单后立即电话通知质量部。", "After an urgent assignment call the quality department at once."),
        "inputs": w("级别", "Grade"), "outputs": w("工单", "Work order"),
        "limit": {"amount": 30, "unit": "working_minutes", "from": "s2"},
        "posts": {"R": _places("service-agent"), "A": _places("service-supervisor"), "I": _places("quality-engineer")},
        "outcomes": [_on("assigned", w("已派发", "Assigned"), "s4")],
    },
    {
        "key": "s4", "number": 4, "form": "solution",
        "title": w("分析原因并制定方案", "Analyse the cause and draft the solution"),
        "operation": w("分析原因，判定责任部门，制定处理方案（维修、更换或赔偿）。",
                       "Analyse the cause, judge the responsible department, draft the solution (repair, replace, compensate)."),
        "example": w("密封圈批次不合格：采购部负责，更换同型号新泵。",
                     "A bad batch of seals: purchasing is responsible; replace the pump by a new one."),
        "inputs": w("工单、产品资料", "Work order, product data"), "outputs": w("处理方案报告", "Solution report"),
        "limit": {"amount": 24, "unit": "hours", "from": "s3"},
        "posts": {"R": _places("quality-engineer"), "A": _places("department-head@quality"), "C": _places("sales-representative")},
        "outcomes": [
            _on("drafted", w("方案已制定", "Solution drafted"), "s5"),
            _on("unclear", w("问题描述不清，退回", "Problem unclear, send back"), "s1", send_back=True),
        ],
    },
    {
        "key": "s5", "number": 5, "form": "approval", "key_node": True, "not_by": "s4",
        "title": w("审批处理方案", "Approve the solution"),
        "operation": w("审查原因分析是否充分、方案是否可行，批准或退回。",
                       "Check that the cause is proved and the solution can be carried out; approve or send back."),
        "example": w("赔偿金额无依据：退回补充。", "The amount of compensation has no ground: send back."),
        "inputs": w("处理方案报告", "Solution report"), "outputs": w("审批意见", "Approval"),
        "limit": {"amount": 4, "unit": "working_hours", "from": "s4"},
        "posts": {"R": _places("department-head@quality"), "A": _places("department-head@quality")},
        "outcomes": [
            _on("approved", w("批准", "Approved"), "s6"),
            _on("rejected", w("退回修改", "Send back"), "s4", send_back=True),
        ],
    },
    {
        "key": "s6", "number": 6, "form": "confirmation",
        "title": w("客户确认", "Obtain the customer's confirmation"),
        "operation": w("与销售代表共同向客户说明方案，取得书面确认。",
                       "Present the solution to the customer together with the sales representative; obtain written confirmation."),
        "example": w("邮件发送方案，电话说明更换时间，请客户回签。",
                     "Mail the solution, explain by telephone when the pump is replaced, ask for the signed letter."),
        "inputs": w("处理方案报告", "Solution report"), "outputs": w("客户确认书", "Customer confirmation"),
        "limit": {"amount": 12, "unit": "hours", "from": "s5"},
        "customer_days": 5,
        "posts": {"R": _places("service-agent", "sales-representative"), "A": _places("service-supervisor")},
        "outcomes": [
            _on("answered", w("客户已答复", "The customer answered"), "s7",
                branches=[{"field": "confirmation.confirmed", "value": "no", "target": "s4"}]),
        ],
    },
    {
        "key": "s7", "number": 7, "form": "result",
        "title": w("执行方案", "Carry out the solution"),
        "operation": w("执行处理方案并检验结果，客服跟踪进度。", "Carry out the solution and check the result; service follows the progress."),
        "example": w("更换新泵并试运行 30 分钟，无渗漏。", "Replace the pump and run it for 30 minutes without a leak."),
        "inputs": w("客户确认书", "Customer confirmation"), "outputs": w("处理结果", "Result"),
        "limit": {"amount": 3, "unit": "working_days", "from": "s6"},
        "posts": {"R": _places("repair-technician"), "A": _places("department-head@production"), "C": _places("service-agent")},
        "outcomes": [_on("done", w("已完成", "Done"), "s8")],
    },
    {
        "key": "s8", "number": 8, "form": "follow_up", "key_node": True,
        "title": w("回访并结案", "Call the customer and close"),
        "operation": w("完成后 1 个工作日内回访客户，记录满意度并结案。",
                       "Call the customer within 1 working day of completion, record the satisfaction, close."),
        "example": w("询问设备运行情况和对处理速度的评价。", "Ask how the machine runs and how fast the customer felt served."),
        "inputs": w("处理结果", "Result"), "outputs": w("客户回访记录表", "Follow-up record"),
        "limit": {"amount": 1, "unit": "working_days", "from": "s7"},
        "posts": {"R": _places("service-agent"), "A": _places("service-supervisor")},
        "outcomes": [
            _on("closed", w("结案", "Closed"), None),
            _on("unsolved", w("问题未解决，退回", "Not solved, send back"), "s4", send_back=True),
        ],
    },
]  # fmt: skip

CODE = "complaint"
COMPLAINT: dict[str, Any] = {
    "purpose": w("规范客户产品质量投诉的处理，快速响应，一次解决，提升客户满意度。",
                 "Handle customers' product-quality complaints in one way: answered fast, solved once, to the customer's satisfaction."),
    "scope": w("适用于所有客户线上、线下的正式产品质量投诉。",
               "Every formal product-quality complaint of any customer, online and offline."),
    "rules": w("一般投诉 24 小时内响应；紧急投诉 2 小时内启动处理。",
               "Respond to a normal complaint within 24 hours; start on an urgent one within 2 hours."),
    "inputs": w("客户投诉登记表", "Complaint register"),
    "outputs": w("投诉处理结果报告", "Result report"),
    "responsibilities": [
        {"post": {"code": "service-agent"}, "department": {"code": "service"},
         "duty": w("受理、登记、派单、客户确认与回访。", "Receives, registers and assigns; obtains the confirmation; calls and closes.")},
        {"post": {"code": "service-supervisor"}, "department": {"code": "service"},
         "duty": w("分级，对受理与回访负责。", "Grades; answers for intake and follow-up.")},
        {"post": {"code": "quality-engineer"}, "department": {"code": "quality"},
         "duty": w("接到工单后 24 小时内判定责任并制定方案。", "Judges the responsibility within 24 hours of the work order and drafts the solution.")},
        {"post": {"code": "sales-representative"}, "department": {"code": "sales"},
         "duty": w("帮助质量部了解客户，与客服共同说明方案。", "Helps quality understand the customer and explains the solution with service.")},
        {"post": {"code": "repair-technician"}, "department": {"code": "production"},
         "duty": w("执行处理方案并检验结果。", "Carries out the solution and checks the result.")},
    ],
    **LIMITS,
    "forms": _FORMS,
    "steps": [{**step, "answers": ANSWERS.get(str(step["key"]), [])} for step in _STEPS],
    "glossary": GLOSSARY,
    "references": REFERENCES,
    "pain_points": PAIN_POINTS,
    "exceptions": [
        {"step": "s1", "trigger": w("客户信息不完整", "The customer's information is incomplete"),
         "response": w("2 小时内联系客户补充，否则升级至客服主管。", "Contact the customer within 2 hours, else escalate to the service supervisor."),
         "limit": {"amount": 2, "unit": "hours"}, "escalate_to": {"post": {"code": "service-supervisor"}},
         "starts": "sent_back"},
    ],
}  # fmt: skip
