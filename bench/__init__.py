"""The same journey on a plain Viewflow flow, to measure ourselves against. Nothing of the product imports it."""
