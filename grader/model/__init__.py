"""Plain data that everyone speaks of; imports nothing of ours but itself.

Begin reading at `grader.model.outcome`, and go on with `grader.model.faults` and `grader.model.report`.
"""
