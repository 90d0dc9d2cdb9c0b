"""What projects hand out as documents: written of the blocks of a manual."""
