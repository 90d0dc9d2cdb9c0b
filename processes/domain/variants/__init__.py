"""Variants of a standard for single departments (F19): inherited, but for what is stored as a difference."""
