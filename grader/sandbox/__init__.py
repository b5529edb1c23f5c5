"""Running the student's app: in a jail where there is one, within limits, and what went wrong in words.

Begin reading at `grader.sandbox.process`.
"""
