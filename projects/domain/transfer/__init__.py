"""A whole project out of the house in one file, and in again (F05)."""
