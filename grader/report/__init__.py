"""What is said: one report, in every format.

Each format is a module with a ``render(report) -> bytes``; `grader.report.writing_reports` knows them all and writes
the files, `grader.cli.terminal` talks to the person in front of the screen.  Importing this package imports none of
them, so that a program pays only for the formats it uses.  May import ``grading/`` and all before it, and needs
``model/`` and ``document/`` alone.  Begin reading at `grader.report.outline`.
"""
