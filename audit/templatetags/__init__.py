"""Template filters of the desk pages."""
