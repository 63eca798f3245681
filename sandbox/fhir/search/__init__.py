"""Search: which parameters there are, what a resource answers to, and pages of results."""
