"""Promise 6: the browser is no way around."""

from __future__ import annotations

from .attack import REALLY_THERE, Attack

PROXY = "the browser's proxy"
PROFILE = "a browser profile of its own, without rights"
TIME = "time for a visit"

EARNED = REALLY_THERE | {"home", "add-page", "add-cookie", "add-browser", "remove-cookie", "remove-browser"}


def page(html: str, *, headers: str = "{}") -> str:
    """Return an app whose page /addCookie has this in it, besides what is asked for."""
    return f"""
from flask import Flask, make_response
app = Flask(__name__)
HTML = {html!r}.replace("@tcp", "127.0.0.1:$tcp")

@app.route("/")
def home():
    return "Practicing Cookies!"

@app.route("/addCookie")
def add():
    response = make_response("<p>Cookie added!</p>" + HTML)
    response.headers.extend({headers})
    response.set_cookie("myFirstCookie", "Hello World - my first cookie!")
    return response

@app.route("/removeCookie")
def remove():
    response = make_response("removed")
    response.delete_cookie("myFirstCookie")
    return response

app.run(port=88)
"""


def attack(
    name: str, tries: str, wall: str, html: str, *, headers: str = "{}", earned: frozenset[str] = EARNED
) -> Attack:
    return Attack(
        name, 6, tries, wall, page(html, headers=headers), earned=earned, in_browser=True, says="sends no such|"
    )


ATTACKS = [
    attack(
        "a service by every element",
        "to reach a service of this machine by whatever loads something",
        PROXY,
        """
        <img src='http://@tcp/'><video src='http://@tcp/' autoplay></video><object data='http://@tcp/'></object>
        <embed src='http://@tcp/'><svg><image href='http://@tcp/'></image></svg><input type=image src='http://@tcp/'>
        <link rel=modulepreload href='http://@tcp/'><link rel=dns-prefetch href='http://@tcp/'>
        <style>@import url(http://@tcp/); body { background: url(http://@tcp/) }</style>
        <script type=module>import('http://@tcp/')</script><script type=speculationrules>
        {"prerender": [{"urls": ["http://@tcp/"]}]}</script>""",
    ),
    attack(
        "a service by policy reports",
        "to have the browser send reports to a service",
        PROXY,
        "<img src='http://x.invalid/'>",
        headers="{'Content-Security-Policy': \"img-src 'none'; report-uri http://127.0.0.1:$tcp/\", 'NEL': '{}'}",
    ),
    attack(
        "a service by other transports",
        "WebTransport, WebSocket streams and beacons to a service",
        PROXY,
        """<script>
        try { new WebTransport('https://@tcp/') } catch {}
        try { new WebSocketStream('ws://@tcp/') } catch {}
        try { new WebSocket('ws://@tcp/') } catch {}
        navigator.sendBeacon('http://@tcp/', 'x')
        fetch('http://@tcp/', {keepalive: true, mode: 'no-cors'}).catch(() => 0)
        </script>""",
    ),
    attack(
        "the browser's own pages",
        "to open the browser's settings and files",
        PROFILE,
        """<script>
        for (const place of ['chrome://settings', 'chrome://crash', 'file:///etc/passwd', 'view-source:file:///etc/passwd',
            'devtools://devtools/bundled/inspector.html']) { try { open(place) } catch {} }
        const frame = document.createElement('iframe'); frame.src = 'file:///etc/passwd'; document.body.append(frame)
        </script>""",
    ),
    attack(
        "downloads",
        "to leave files in the downloads folder",
        PROFILE,
        """<script>
        for (let n = 0; n < 20; n++) { const a = document.createElement('a'); a.download = '$nonce.txt'
            a.href = URL.createObjectURL(new Blob(['x'])); document.body.append(a); a.click() }
        </script>""",
    ),
    attack(
        "the window closed",
        "to close the page before it is read",
        PROFILE,
        "<script>close(); window.open('', '_self').close()</script>",
    ),
    attack(
        "a flood of history",
        "a hundred thousand entries in the history",
        TIME,
        "<script>try { for (let n = 0; n < 1e5; n++) history.pushState(n, '', '?' + n) } catch {}</script>",
        earned=EARNED,
    ),
    attack(
        "devices and rights",
        "camera, position, clipboard, files, full screen, devices",
        PROFILE,
        """<script>
        const ask = [() => navigator.mediaDevices.getUserMedia({video: true}), () => navigator.clipboard.readText(),
            () => document.documentElement.requestFullscreen(), () => navigator.usb.requestDevice({filters: []}),
            () => showOpenFilePicker(), () => navigator.bluetooth.requestDevice({acceptAllDevices: true}),
            () => navigator.geolocation.getCurrentPosition(() => 0), () => document.body.requestPointerLock(),
            () => navigator.wakeLock.request(), () => navigator.storage.getDirectory(),
            () => Notification.requestPermission()]
        for (const one of ask) { try { Promise.resolve(one()).catch(() => 0) } catch {} }
        </script>""",
    ),
    attack(
        "a large graphic",
        "to exhaust the graphics memory",
        PROFILE,
        """<script>
        for (let n = 0; n < 10; n++) {
            const canvas = document.createElement('canvas'); canvas.width = canvas.height = 1000
            const gl = canvas.getContext('webgl') || canvas.getContext('2d'); gl.fillRect && gl.fillRect(0, 0, 1, 1) }
        </script>""",
    ),
    attack(
        "a packed bomb",
        "a page of a few kilobytes that unpacks to a hundred megabytes",
        "limit on replies",
        "",
        headers="{}",
    ),
    attack(
        "a flood of cookies by script",
        "to push the cookie out of the browser's store",
        "it is its own cookie",
        "<script>for (let n = 0; n < 400; n++) document.cookie = 'c' + n + '=x'</script>",
    ),
    attack(
        "workers without end",
        "to keep all processors busy after the page is left",
        TIME,
        """<script>
        for (let n = 0; n < 4; n++) new Worker(URL.createObjectURL(new Blob(['for (;;) {}'])))
        </script>""",
    ),
]
_BOMB = next(attack for attack in ATTACKS if attack.name == "a packed bomb")
ATTACKS[ATTACKS.index(_BOMB)] = Attack(
    _BOMB.name,
    6,
    _BOMB.tries,
    "a tab of its own, time for a visit",
    _BOMB.code.replace(
        'response = make_response("<p>Cookie added!</p>" + HTML)',
        "import gzip\n    response = make_response(gzip.compress(b'<p>Cookie added!</p>' + b' ' * 10**8))\n"
        "    response.headers['Content-Encoding'] = 'gzip'",
    ),
    earned=EARNED - {"add-page"},
    in_browser=True,
)
