"""Grades Flask course activities."""

__version__ = "0.1.0"
