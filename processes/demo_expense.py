"""A draft at work for the demo: expense claims, nearly done. What it still lacks shows how the editor leads there."""

from __future__ import annotations

from typing import Any

from processes.demo_complaint import w


def _place(post: str, department: str | None = None) -> dict[str, Any]:
    return {"post": {"code": post}, "department": {"code": department} if department else None}


EXPENSE_CODE = "expense"
EXPENSE: dict[str, Any] = {
    "purpose": w("统一费用报销的填报、审批和付款，做到凭证齐全、及时到账。",
                 "Claim, approve and pay expenses in one way: complete receipts, money in time."),
    "scope": w("适用于全体员工因公发生的差旅、招待和办公费用。",
               "Travel, hospitality and office expenses of all staff, incurred for the company."),
    "rules": w("费用发生后 30 天内报销；单笔超过 5000 元须由副总裁审批。",
               "Claim within 30 days; above 5,000 yuan the vice president approves."),
    "inputs": w("费用报销单及发票", "Expense claim with receipts"),
    "outputs": w("付款记录", ""),
    "responsibilities": [
        {"post": {"code": "department-head"}, "department": None,
         "duty": w("审核费用的真实性和必要性。", "Checks that expenses are real and necessary.")},
    ],
    "responses": [{"limit": {"amount": 4, "unit": "working_hours"}, "until": "s1", "when": None}],
    "totals": [{"limit": {"amount": 5, "unit": "working_days"}, "when": None}],
    "forms": [
        {"key": "claim", "name": w("费用报销单", "Expense claim"), "fields": [
            {"key": "amount", "kind": "money", "label": w("金额", "Amount"), "help": w("人民币元，含税", "In yuan, tax included")},
            {"key": "reason", "kind": "long_text", "label": w("事由", "Reason"),
             "help": w("何时、何地、为何发生", "When, where, what for")},
            {"key": "large", "kind": "yes_no", "label": w("超过 5000 元", "Above 5,000 yuan"), "help": w("", "")},
        ]},
    ],
    "steps": [
        {
            "key": "s1", "number": 1, "form": "claim",
            "title": w("填写报销单", "Write the claim"),
            "operation": w("填写金额和事由，附上发票。", "Write amount and reason, attach the receipts."),
            "inputs": w("发票", "Receipts"), "outputs": w("费用报销单", "Expense claim"),
            "limit": {"amount": 1, "unit": "working_days", "from": ""},
            "posts": {"R": [_place("service-agent"), _place("sales-representative")], "A": [_place("department-head")]},
            "outcomes": [{"key": "sent", "label": w("已提交", "Sent"), "target": "s2"}],
        },
        {
            "key": "s2", "number": 2, "key_node": True,
            "title": w("部门审批", "Approve in the department"),
            "operation": w("核对发票和预算。", "Check receipts and budget."),
            "inputs": w("费用报销单", "Expense claim"), "outputs": w("审批意见", "Approval"),
            "limit": {"amount": 2, "unit": "working_days", "from": "s1"},
            "posts": {"R": [_place("department-head")], "A": [_place("department-head")]},
            "not_by": "s1",
            "outcomes": [
                {"key": "approved", "label": w("同意", "Approved"), "target": "s4",
                 "branches": [{"field": "claim.large", "value": "yes", "target": "s3"}]},
                {"key": "back", "label": w("退回", "Send back"), "target": "s1", "send_back": True},
            ],
        },
        {
            "key": "s3", "number": 3, "key_node": True,
            "title": w("副总裁审批", "Approve above 5,000 yuan"),
            "operation": w("审批大额费用。", "Approve large expenses."),
            "inputs": w("部门审批意见", "Approval of the department"), "outputs": w("审批意见", "Approval"),
            "limit": {"amount": 2, "unit": "working_days", "from": "s2"},
            "posts": {
                "R": [_place("vice-president")], "A": [_place("vice-president")],
                "S": [_place("department-head")],
            },
            "outcomes": [
                {"key": "approved", "label": w("同意", "Approved"), "target": "s4"},
                {"key": "back", "label": w("退回", "Send back"), "target": "s2", "send_back": True},
            ],
        },
        {
            "key": "s4", "number": 4,
            "title": w("付款", "Pay"),
            "operation": w("付款并登记。", "Pay and register."),
            "inputs": w("审批意见", "Approval"), "outputs": w("付款记录", "Record of the payment"),
            "limit": {"amount": 3, "unit": "working_days", "from": ""},
            "posts": {"R": [_place("department-head", "management")]},
            "outcomes": [{"key": "paid", "label": w("已付款", "Paid"), "target": None}],
        },
    ],
    "exceptions": [
        {"step": "s1", "trigger": w("发票不全", "Receipts are missing"),
         "response": w("1 个工作日内补齐，否则升级至部门负责人。", "Hand them in within 1 working day, else it goes to the head."),
         "limit": {"amount": 1, "unit": "working_days"}, "escalate_to": {"post": {"code": "department-head"}},
         "starts": "sent_back"},
    ],
}  # fmt: skip
