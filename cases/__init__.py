"""Standards at work: compiled flows, tasks, forms, SLA clocks, escalation, public complaint pages (H2.5.3, H3)."""
