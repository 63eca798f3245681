"""The demonstration: a pretend hospital, the app and a worker, started together.

In: ports and folders from the environment. Out: running processes, and with ``--check`` a
journey played over HTTP as a browser would, with its timings. Never: reaches into another room;
what it plays, it plays through the addresses a clinician's browser uses.
"""
