"""Documents made of a standard: decks and training material."""
