"""A complaint as a Viewflow project writes it by hand: model, flow, generic views, simple-history."""
