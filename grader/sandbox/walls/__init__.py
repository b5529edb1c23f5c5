"""Walls within the sandbox, should it fail: Landlock and a filter on system calls."""
