"""The reviewers' pages: each shows only after the look itself has been recorded."""
