"""Scoring again what was graded, without running anything: other points, other words that are accepted."""
