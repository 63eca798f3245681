"""The trail as a Merkle tree, whose signed heads stand where the database's owner cannot reach.

In: rows of the trail that have been committed. Out: leaves, tiles, checkpoints, proofs. Never: the
content of a row; the tree is made of hashes only (RFC 9162, section 2; C2SP tlog-tiles).
"""
