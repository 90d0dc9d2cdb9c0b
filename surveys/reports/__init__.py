"""The report 《流程现状调研报告》 (H2.0.2, H2.2.3): one content, drawn as page, PDF and Word as manuals are."""
