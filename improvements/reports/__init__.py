"""Reports of the room."""
