"""Moodle."""
