"""An activity whose checks end in every way there is."""

from grader.model.faults import MachineFault
from grader.rubric import Activity, Failed, Partial, Review

activity = Activity("activity-9.1", title="Every ending")


@activity.check(step="1", points=10)
def passes(site):
    """Passes."""


@activity.check(step="1", points=10)
def nearly(site):
    """Is partial."""
    raise Partial("Nearly.", expected="this", observed="that")


@activity.check(step="1", points=10)
def fails(site):
    """Fails."""
    raise Failed("Not \x1b[31mright\x1b[0m.", hint="Mend it.", file="app.py", line=3)


@activity.check(step="2", points=10, needs=fails)
def waits(site):
    """Is blocked."""


@activity.check(step="2", points=10)
def looks(site):
    """Is to be reviewed."""
    raise Review("Somebody has to look.")


@activity.check(step="2", points=10)
def lacks(site):
    """Lacks something."""
    raise MachineFault("There is no such machine.", hint="Get one.")


@activity.check(step="2", points=10)
def breaks(site):
    """Breaks."""
    raise ZeroDivisionError
