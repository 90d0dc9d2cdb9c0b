"""What figures of a few cases can say and what they cannot: intervals, bounds, differences, control charts."""
