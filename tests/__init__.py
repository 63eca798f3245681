"""Tests: one folder a room, plus journeys and architecture."""
