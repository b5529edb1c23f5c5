"""The grader as an autograder of Classroom 50: the folder that a course commits, and what runs for each submission.

https://github.com/foundation50/classroom50/wiki/Advanced-Autograding: ``<classroom>/autograders/<assignment>/`` is
fetched by a workflow in the student's repository, which starts ``autograder.py`` in their checkout and then publishes
``result.json``.  Grading and publishing are one job, so the app runs in the sandbox or not at all.
A door: may import every room but the other doors.  Begin reading at `grader.classroom50.running`.
"""
