"""Reads across trainings, acknowledgements and releases."""
