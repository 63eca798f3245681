"""Each fault of the sandbox against each kind of call, and charts that no EHR should send."""
