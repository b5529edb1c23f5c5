"""What all exports of learning platforms share: what lies in one, and whose it is.

Each `HandIn` is opened by itself, when its turn comes.
"""

from grader.platforms.exports.handin import HandIn, Person

__all__ = ["HandIn", "Person"]
