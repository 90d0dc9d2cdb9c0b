"""Phases 4 and 5: pilots, measurements, training, acknowledgements, rollout waves (H2.4, H2.5)."""
