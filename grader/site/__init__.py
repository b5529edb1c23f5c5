"""The student's app, running in a jail and looked at from outside."""

from grader.site.cookies import CookieJar, SetCookie
from grader.site.isolation import choose_isolation
from grader.site.limits import RunLimits
from grader.site.messages import Route, RunCall
from grader.site.process import AppLost, AppProcess
from grader.site.reply import Reply
from grader.site.site import Site
from grader.site.starting import Starter

__all__ = [
    "AppLost",
    "AppProcess",
    "CookieJar",
    "Reply",
    "Route",
    "RunCall",
    "RunLimits",
    "SetCookie",
    "Site",
    "Starter",
    "choose_isolation",
]
