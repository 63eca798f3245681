"""An app of the tests' own: lets a test that commits be cleaned up after.

Django empties the database with ``flush`` after such tests; the trail's triggers refuse that, as
they should. This app stands first in the tests' INSTALLED_APPS, so its ``flush`` is the one found.
"""
