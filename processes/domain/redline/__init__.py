"""What differs between two versions of a standard, in sentences for people (F27). Reads Standards, no rows."""
