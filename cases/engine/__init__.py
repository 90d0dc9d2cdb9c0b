"""How a definition runs: its flow class, and the nodes of which flows are made. Knows no person and no rule."""
