"""Learning platforms: a folder for each, with what it exports and the gradebook that it reads back.

May import ``report/`` and all before it; knows nothing of classes, journals or commands.  Begin reading at
`grader.platforms.exports.platform`, and go on with a platform's own folder and `grader.platforms.reading_exports`.
"""
