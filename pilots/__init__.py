"""Phase 4: pilots: candidates, criteria, run, before and after, verdict (H2.4)."""
