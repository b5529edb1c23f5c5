"""Submissions as learning platforms write them: one file per platform, and who handed in what.

`read_exports` recognises the platform; each `HandIn` it returns is opened by itself, when its turn comes.
"""

from grader.platforms.exports.handin import HandIn, Person
from grader.platforms.exports.reading import Export, read_exports

__all__ = ["Export", "HandIn", "Person", "read_exports"]
