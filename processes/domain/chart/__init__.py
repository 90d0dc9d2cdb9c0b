"""The flow chart of a standard: one model, one layout, drawn as SVG, PNG, PDF pages and BPMN 2.0 (F18, H2.2.2)."""
