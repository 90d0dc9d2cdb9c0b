"""Phase 1 and the frame of all six phases: team, priority score, plan, gates, deliverables, risks (H2.0, H2.1)."""
