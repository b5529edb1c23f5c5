// Talking with the server: what is asked for, what is kept, and whether anybody is there.

export const root = document.body.dataset.root.replace(/\/$/, "");
const page = crypto.randomUUID();
const HIDDEN_FOR = 20_000; // milliseconds in the background, before a connection is given up
const AGAIN_AFTER = 1000; // milliseconds
let source = null;
let hiding = 0;
let over = false;

export const lost = () => document.body.dataset.lost === "yes";
export const isOver = () => over;

// The server has ended: what is still on its way changes nothing on the page any more.
export function hangUp() {
  over = true;
  if (source) source.close();
  setLost(true);
}

function setLost(now) {
  if (now && !lost()) say(""); // "Saved" is about what was before
  document.body.dataset.lost = now ? "yes" : "";
  document.getElementById("lost").hidden = !now;
  for (const each of document.querySelectorAll("button[data-do]")) {
    if (now && !each.disabled) {
      each.disabled = true;
      each.dataset.lost = "yes";
    } else if (!now && each.dataset.lost) {
      each.disabled = false;
      delete each.dataset.lost;
    }
  }
}

// One answer that did not come: whether anybody is there is told by a new connection.
function lose() {
  setLost(true);
  if (source) source.close();
  source = null;
  setTimeout(() => document.hidden || listen(), AGAIN_AFTER);
}

// Answers {ok, status, data}; never throws, as nothing that was written may be lost by it.
export const post = (path, data) => send(path, JSON.stringify(data), "application/json");

export async function send(path, body, sent = "application/octet-stream") {
  try {
    const answer = await fetch(root + path, {
      method: "POST",
      headers: { "Content-Type": sent, Accept: "application/json" },
      body,
    });
    const type = answer.headers.get("Content-Type") || "";
    return { ok: answer.ok, status: answer.status, data: type.includes("json") ? await answer.json() : {} };
  } catch {
    lose();
    return { ok: false, status: 0, data: { said: "The connection is lost: this was not kept." } };
  }
}

export async function get(path) {
  try {
    const answer = await fetch(root + path, { headers: { Accept: "application/json" } });
    return answer.ok ? answer : null;
  } catch {
    lose();
    return null;
  }
}

// What the server makes is safe: every expression in its templates is escaped.
export function made(html) {
  const holder = document.createElement("div");
  holder.innerHTML = html;
  return holder;
}

export function say(text, ...buttons) {
  const said = document.getElementById("said");
  said.replaceChildren(text, ...buttons.flatMap((each) => [" ", each]));
  said.classList.toggle("shown", Boolean(text));
}

export function refused(answer) {
  say([answer.data.said, answer.data.hint].filter(Boolean).join(" ") || "That did not work.");
}

// Put what has come in the place of what was there; the focus stays at what is the same.
export function swap(before, after) {
  if (!before || !after || before.innerHTML === after.innerHTML) return;
  const same = (each) => each.dataset.do || each.getAttribute("href") || each.textContent;
  const focused = before.contains(document.activeElement) ? same(document.activeElement) : "";
  before.replaceWith(after);
  if (focused) [...after.querySelectorAll("a, button, summary, [tabindex]")].find((each) => same(each) === focused)?.focus({ preventScroll: true });
}

// Look again when something has changed, and not at every word.
const AT_MOST_EVERY = 1500; // milliseconds
export function whenChanged(look, every = AT_MOST_EVERY) {
  let [waiting, last] = [0, 0];
  document.addEventListener("changed", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      last = Date.now();
      look();
    }, Math.max(every - (Date.now() - last), 50));
  });
}

function listen() {
  if (source || over || !root) return;
  source = new EventSource(`${root}/events?page=${page}`);
  source.onopen = () => setLost(false);
  source.onmessage = (event) => {
    const { version } = JSON.parse(event.data);
    if (String(version) === document.body.dataset.version) return; // what is on the page already
    document.body.dataset.version = version;
    document.dispatchEvent(new Event("changed"));
  };
  source.onerror = () => setLost(true);
  source.addEventListener("ended", hangUp);
}

function rest() {
  if (source) source.close();
  source = null;
  navigator.sendBeacon(`${root}/hidden?page=${page}`);
}

document.addEventListener("visibilitychange", () => {
  clearTimeout(hiding);
  if (document.hidden) hiding = setTimeout(rest, HIDDEN_FOR);
  else listen();
});
addEventListener("pagehide", () => {
  if (source) source.close();
  source = null;
  navigator.sendBeacon(`${root}/closed?page=${page}`);
});
addEventListener("pageshow", listen);
listen();
