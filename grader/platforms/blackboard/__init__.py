"""Blackboard."""
