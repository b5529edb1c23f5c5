"""Running the student's app: in a jail where there is one, within limits, and what went wrong in words.

``inside/`` is what runs in the jail, ``walls/`` what stands within it should it fail, ``words/`` what students read.
May import ``submission/`` and all before it.  Begin reading at `grader.sandbox.process`, and go on with
`grader.sandbox.waiting`.
"""
