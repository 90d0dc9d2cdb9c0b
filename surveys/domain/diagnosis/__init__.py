"""From what was found to causes with figures: as-is steps, pain points, causes, baselines, report (H2.2.2, H2.2.3)."""
