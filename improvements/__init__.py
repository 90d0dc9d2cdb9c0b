"""Phase 6: suggestions, signals, evaluations, the annual report (H2.6)."""
