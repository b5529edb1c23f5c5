"""Canaries, for who lives among hostile submissions."""

from tests.hostile.conftest import canaries

__all__ = ["canaries"]
