"""The computer that grades: time that may be charged, processes, bubblewrap, packages of the distribution.

May import ``model/`` alone.  Begin reading at `grader.machine.clock`.
"""
