"""Phases 2 and 3: catalogue, survey, diagnosis, standards, review, release, process centre (H1, H2.2, H2.3)."""
