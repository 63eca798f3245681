"""Each fault of the sandbox against each kind of call, and charts that no EHR should send."""

# Set to 1, the tests write docs/fault-matrix.md instead of comparing it.
WRITING = "COUNTERSIGN_WRITE_FAULT_MATRIX"
