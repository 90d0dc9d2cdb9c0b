"""The manual of a standard as a document (H2.3.2): one content, from which page, PDF and Word are drawn alike."""
