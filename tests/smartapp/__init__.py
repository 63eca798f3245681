"""Tests of the door and the pipe."""
