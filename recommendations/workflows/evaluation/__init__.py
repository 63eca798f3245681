"""What only evaluations ask for: never on the panel, in no scope."""
