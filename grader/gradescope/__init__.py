"""The grader as a Gradescope autograder: what goes into the upload, and what runs there.

https://gradescope-autograders.readthedocs.io/en/latest/specs/: the upload is unpacked to ``/autograder/source``;
``setup.sh`` makes an image from it once, ``run_autograder`` grades each submission in a container of that image.
A door: may import every room but the other doors.  Begin reading at ``__main__.py``.
"""
