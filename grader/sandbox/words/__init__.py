"""Words for a student about code that does not load or crashes: one file for each kind of reason.

Begin reading at `grader.sandbox.words.loading`; of what crashes in a view tells `grader.sandbox.words.views`.
"""
