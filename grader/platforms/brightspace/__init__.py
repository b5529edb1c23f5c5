"""Brightspace."""
