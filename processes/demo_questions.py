"""Questions that people of the demo ask about the complaint process, with their answers."""

QUESTIONS: list[tuple[str, str, str, str]] = [
    ("客户只在电话里投诉，没有书面材料，可以受理吗？", "可以。在客户投诉登记表中记录来电时间、产品型号和现象，渠道选“电话”，照片可稍后补充。",
     "The customer only called and wrote nothing. Do we take it?", "Yes. Note the time of the call, the product model and what was seen in the complaint register, choose “Telephone” as the channel, and add photos later."),
    ("一般投诉和紧急投诉怎么区分？", "只涉及一个客户且没有安全风险的为一般；涉及多个客户，或有安全风险的为紧急。拿不准时按紧急处理，并告知客服主管。",
     "How do we tell a normal complaint from an urgent one?", "Normal: one customer and no safety risk. Urgent: several customers, or a safety risk. When in doubt treat it as urgent and tell the service supervisor."),
    ("客户不同意处理方案怎么办？", "在步骤中选择“客户不同意”，填写原因，案例会退回质量工程师重新制定方案，不要口头承诺其他方案。",
     "What if the customer does not agree with the solution?", "Send it back in the step with the reason; the quality engineer drafts another solution. Do not promise anything else by word of mouth."),
    ("超过时限会怎样？", "系统会提前提醒处理人，超时后依次通知主管、部门负责人和项目负责人。确有原因的，请在到期前申请延长。",
     "What happens when a limit is exceeded?", "The handler is reminded before; afterwards supervisor, head and project lead are told in turn. With a good reason, ask for more time before it is due."),
]  # fmt: skip
