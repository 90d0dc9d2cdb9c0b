"""Cases as an event log that process-mining tools open (F88): CSV and XES, without anybody's answers."""
