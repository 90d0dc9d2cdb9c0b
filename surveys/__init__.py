"""Phase 2: surveys by four methods, the process as it is, pain points, root causes, baselines, diagnosis (H2.2)."""
