"""Tests of the reader and its transport."""
