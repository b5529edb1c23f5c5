"""The grader to take along: what is uploaded to a service that grades by itself, and how it is read there.

Gradescope and Classroom 50 both get files that hold the grader as it is here, so that nothing has to be published.
May import all that is no door.  Begin reading at `grader.bundle.contents`.
"""
