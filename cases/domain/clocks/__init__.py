"""The clocks of a case: what runs, what stops, what fires, and why (F55 to F61; sla.md R1 to R16)."""
