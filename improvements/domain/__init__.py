"""Acts: suggest, decide on suggestions, plan and decide evaluations, measure effects."""
