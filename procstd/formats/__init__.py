"""How dates and times are written, where Django's own manner would puzzle our readers."""
