"""Bulk export at group level: kick-off, status, manifest, files, cancellation.

In: a backend's token and ``Group/x/$export``. Out: ndjson, streamed, made as it is sent.
Never: exports to another client than the one that asked, or keeps a file.
"""
