"""One file for people who trust neither us nor our database; it imports nothing of ours."""
