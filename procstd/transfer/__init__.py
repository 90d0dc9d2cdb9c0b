"""A whole project in one file, out and in again (F05): rooms declare what they carry, this reads and writes it."""
