"""GitHub Actions: what ``grader check`` says as a step of a run, and Classroom 50's autograder likewise.

May import ``report/`` and all before it.  All of it is in `grader.github.actions`.
"""
