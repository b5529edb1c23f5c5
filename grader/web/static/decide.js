// Deciding: a verdict goes to the disk first; only then the next question, which has been fetched ahead, takes its place.
import { onKey } from "./keys.js";
import "./pointing.js";
import { get, lost, made, post, refused, root, say } from "./talking.js";

const AHEAD = 4;
const DRAWING = 1000; // milliseconds
const body = document.body.dataset;
const place = document.getElementById("question");
const note = document.getElementById("note");
const points = document.getElementById("points");
const only = body.only ? `?check=${encodeURIComponent(body.only)}` : "";
const cards = new Map();
let queue = body.queue.split(" ").filter(Boolean);
let skipped = [];
let decided = JSON.parse(sessionStorage.getItem("decided") || "[]"); // {number, at, one}: whether it took a question off the queue
let done = 0;
let at = "";
let ready = false;
let busy = false;
let mine = null;

const question = () => place.querySelector(".question");
const address = (card) => `${card.dataset.who}/${encodeURIComponent(card.dataset.check)}`;
const draftOf = (which) => `draft ${which}`;
const button = (name) => document.querySelector(`.deck [data-do="${name}"]`);

// A browser that is busy, or has the page in the background, may never say that it has drawn a picture which is there.
async function shown(image) {
  if (!image.complete) await new Promise((there) => (image.onload = image.onerror = there));
  await Promise.race([image.decode(), new Promise((enough) => setTimeout(enough, DRAWING))]);
  if (!image.naturalWidth) throw new Error("no picture");
}

function pictures(card) {
  return Promise.all(
    [...card.querySelectorAll(".shot img")].map(async (image) => {
      try {
        await shown(image);
        image.width = 2 * image.naturalWidth; // and no wider than there is room: at most at 200 %
        image.dataset.natural = image.naturalWidth;
      } catch {
        image.closest(".shot").classList.add("is-missing");
        image.closest(".shot").querySelector(".missing").hidden = false;
      }
    }),
  );
}

function fetched(which) {
  if (!cards.has(which)) {
    const card = (async () => {
      const answer = await get(`/question/${which}`);
      if (!answer) return null;
      const holder = made(await answer.text());
      const found = holder.querySelector(".question");
      if (found) found.seen = pictures(found);
      return found;
    })();
    cards.set(which, card);
    card.then((found) => found || cards.delete(which));
  }
  return cards.get(which);
}

function ahead() {
  const here = queue.indexOf(at);
  const next = queue.slice(here + 1, here + 1 + AHEAD);
  const card = question();
  for (const which of next) fetched(which);
  if (next.length) fetched(next[0]).then((found) => found?.seen).then(() => {
    if (card) card.dataset.ahead = "yes"; // the next one is there at once
  });
  for (const which of cards.keys()) if (which !== at && !next.includes(which)) cards.delete(which);
}

async function show(which) {
  const card = await fetched(which);
  if (!card) return;
  ready = false;
  place.replaceChildren(card);
  document.getElementById("nothing").hidden = true;
  await begin(card);
}

async function begin(card) {
  at = address(card);
  const here = queue.indexOf(at);
  if (here >= 0) card.querySelector(".place").textContent = `${done + here + 1} of ${done + queue.length}`;
  history.replaceState(null, "", `${root}/decide/${at}${only}`);
  note.value = sessionStorage.getItem(draftOf(at)) || "";
  points.value = "";
  place.classList.remove("full");
  button("zoom").setAttribute("aria-pressed", "false");
  for (const name of ["code", "difference"]) button(name).setAttribute("aria-pressed", "false");
  document.getElementById("changed").hidden = true;
  await (card.seen ??= pictures(card));
  if (question() !== card) return;
  ready = true; // nothing can be decided that was not on the screen
  card.dataset.ready = "yes";
  if (card.querySelector(".code-here[data-now]")) showCode("code", false);
  ahead();
}

function nothing() {
  at = "";
  ready = false;
  place.replaceChildren();
  note.value = "";
  document.getElementById("nothing").hidden = false;
}

function goOn(which) {
  const next = which || queue[0];
  if (next) return show(next);
  nothing();
  return null;
}

const itemsOf = (card, group) =>
  [...card.querySelectorAll("li[data-seen]")]
    .filter((each) => group || (each.dataset.who === card.dataset.who && each.dataset.check === card.dataset.check))
    .map((each) => ({ who: each.dataset.who, check: each.dataset.check, seen: each.dataset.seen }));

async function keep(items, status, words) {
  const card = question();
  busy = true;
  const answer = await post("/decide", { items, status, note: words, points: points.value === "" ? null : Number(points.value) });
  busy = false;
  if (answer.status === 409 && answer.data.changed) return changed(answer.data, items, status, words);
  if (!answer.ok) return refused(answer);
  const taken = items.map((each) => `${each.who}/${encodeURIComponent(each.check)}`);
  for (const which of taken) sessionStorage.removeItem(draftOf(which));
  keepDecided(answer.data.number, taken[0], queue.includes(at) ? 1 : 0);
  const here = queue.indexOf(at);
  const others = itemsOf(card, true).map((each) => `${each.who}/${encodeURIComponent(each.check)}`).filter((each) => !taken.includes(each));
  queue = queue.filter((each) => !taken.includes(each));
  for (const which of taken) cards.delete(which);
  for (const which of others) cards.delete(which);
  if (others.length) {
    queue = queue.filter((each) => !others.includes(each));
    queue.splice(Math.max(here, 0), 0, others[0]); // the rest of a group comes next
  }
  said(answer.data, items, status);
  return goOn(queue[Math.max(here, 0)] || queue[0]);
}

function keepDecided(number, where, one = 0) {
  if (number) decided = [...decided, { number, at: where, one }].slice(-100);
  done += one;
  sessionStorage.setItem("decided", JSON.stringify(decided));
  button("undo").disabled = !decided.length;
}

function said(data, items, status) {
  const buttons = [];
  if (!data.noted) {
    const add = Object.assign(document.createElement("button"), { type: "button", textContent: "Say why" });
    add.addEventListener("click", () => why(data, status));
    buttons.push(add);
  }
  say(`Saved. ${data.said}.${data.noted ? "" : " The student reads no reason."}`, ...buttons);
}

// Asks for words; what they are for is done with them only where somebody says yes to it.
function write(title, what, words, [yes, no], keep) {
  const dialog = document.getElementById("writing");
  const [field, buttons] = [dialog.querySelector("textarea"), dialog.querySelectorAll("button")];
  dialog.querySelector("h2").textContent = title;
  dialog.querySelector("p").textContent = what;
  [buttons[0].textContent, buttons[1].textContent] = [yes, no];
  field.value = words;
  dialog.onclose = () => {
    const now = field.value.trim();
    if (dialog.returnValue === "yes" && now && now !== words) keep(now);
  };
  dialog.returnValue = "";
  dialog.showModal();
  field.focus();
}

function why(data, status) {
  write("Say why", data.said, "", ["Save", "Without"], async (words) => {
    const answer = await post("/decide", { items: data.items, status, note: words });
    if (!answer.ok) return refused(answer);
    keepDecided(answer.data.number, `${data.items[0].who}/${encodeURIComponent(data.items[0].check)}`);
    say(`Saved. ${answer.data.said}, with your note.`);
  });
}

function changeComment({ dataset: { seen, used } }) {
  if (busy || lost() || !body.writable) return;
  const { who, check } = question().dataset;
  const words = question().querySelector(`[data-seen="${seen}"]`).previousElementSibling.dataset.text;
  write("Change a note", `It is in ${used}: the new words go into all of them.`, words, [`Change ${used}`, "Leave it"], async (note) => {
    const answer = await post("/comment", { who, check, seen, words: note });
    if (!answer.ok) return refused(answer);
    keepDecided(answer.data.number, at);
    cards.clear();
    await show(at);
    say(`Saved. ${answer.data.said}`);
  });
}

const WORDS = { passed: "Passed", partial: "Partly right", failed: "Failed" };

const can = () => ready && !busy && !lost() && body.writable && question() && document.getElementById("changed").hidden;

function decide(status) {
  if (can()) keep(itemsOf(question(), false), status, note.value.trim());
}

function decideGroup(status) {
  if (!can()) return;
  const items = itemsOf(question(), true);
  if (items.length === 1) return decide(status);
  const dialog = document.getElementById("ask");
  dialog.querySelector("h2").textContent = `${WORDS[status]} for all ${items.length}?`;
  dialog.querySelector("#ask-what").textContent = [...question().querySelectorAll(".strip li span")].map((each) => each.textContent.trim()).join("; ");
  dialog.dataset.key = status;
  dialog.returnValue = "";
  dialog.onclose = () => {
    if (dialog.returnValue === "yes") keep(items, status, note.value.trim());
  };
  dialog.showModal();
}

function changed(data, items, status, words) {
  const box = document.getElementById("changed");
  box.replaceChildren(...made(data.changed).childNodes);
  box.querySelector(".yours").textContent = `Yours would be: ${WORDS[status]}${words ? `, “${words}”` : ""}. What you wrote is kept.`;
  box.hidden = false;
  box.scrollIntoView({ block: "center" });
  mine = { items, status, words, now: data };
}

async function undo() {
  if (!decided.length || busy || lost()) return;
  busy = true;
  const last = decided[decided.length - 1];
  const answer = await post("/undo", { number: last.number });
  busy = false;
  if (answer.status === 0) return refused(answer);
  decided.pop();
  keepDecided();
  done = Math.max(done - (last.one || 0), 0);
  if (!answer.ok) return answer.data.changed ? say("It was changed elsewhere since: nothing was taken back.") : refused(answer);
  const which = `${answer.data.at[0]}/${encodeURIComponent(answer.data.at[1])}`;
  cards.clear();
  await refreshQueue();
  say(`${answer.data.said}.`);
  await show(which);
}

async function refreshQueue() {
  const answer = await get(`/questions${only}`);
  if (!answer) return;
  const now = (await answer.json()).queue.map(([who, check]) => `${who}/${encodeURIComponent(check)}`);
  skipped = skipped.filter((each) => now.includes(each));
  queue = [...now.filter((each) => !skipped.includes(each)), ...skipped];
}

function move(by) {
  if (!queue.length || busy) return;
  const here = queue.indexOf(at);
  const next = here < 0 ? 0 : here + by;
  if (queue[next]) show(queue[next]);
}

function skip() {
  if (!queue.length || busy || queue.indexOf(at) < 0) return;
  const here = queue.indexOf(at);
  const which = at;
  queue.splice(here, 1);
  queue.push(which);
  skipped = [...skipped.filter((each) => each !== which), which];
  say("Skipped: it comes again at the end.");
  show(queue[here] === which ? queue[0] : queue[here]);
}

async function showCode(which, asked = true) {
  const here = question()?.querySelector(".code-here");
  if (!here) return;
  const on = !asked || here.dataset.shows !== which;
  for (const name of ["code", "difference"]) button(name).setAttribute("aria-pressed", String(on && name === which));
  here.dataset.shows = on ? which : "";
  if (!on) return here.replaceChildren();
  const path = here.dataset.code.slice(root.length);
  const answer = await get(`${path}${which === "difference" ? "?d=yes" : ""}`);
  if (answer) here.replaceChildren(...made(await answer.text()).childNodes);
  if (asked && question()?.querySelector(".shot") && here.firstElementChild) here.scrollIntoView({ block: "nearest" });
}

function zoom() {
  const full = place.classList.toggle("full");
  button("zoom").setAttribute("aria-pressed", String(full));
}

function comment(text) {
  note.value = note.value.trim() && !note.value.includes(text) ? `${note.value.trim()} ${text}` : text;
  sessionStorage.setItem(draftOf(at), note.value);
}

const actions = {
  passed: () => decide("passed"),
  partial: () => decide("partial"),
  failed: () => decide("failed"),
  "group-passed": () => decideGroup("passed"),
  "group-partial": () => decideGroup("partial"),
  "group-failed": () => decideGroup("failed"),
  next: () => move(1),
  previous: () => move(-1),
  skip, undo, zoom,
  code: () => showCode("code"),
  difference: () => showCode("difference"),
  look(pressed) {
    const { who, check } = pressed.closest("li").dataset;
    show(`${who}/${encodeURIComponent(check)}`);
  },
  comment: (pressed) => comment(pressed.dataset.text),
  "change-comment": changeComment,
  theirs() {
    sessionStorage.removeItem(draftOf(at));
    document.getElementById("changed").hidden = true;
    cards.clear();
    refreshQueue().then(() => goOn());
  },
  mine() {
    document.getElementById("changed").hidden = true;
    const now = mine.items.map((each) => (each.who === mine.now.at[0] && each.check === mine.now.at[1] ? { ...each, seen: mine.now.seen } : each));
    keep(now, mine.status, mine.words);
  },
};

document.addEventListener("click", (event) => {
  const pressed = event.target.closest("button[data-do]");
  if (pressed && actions[pressed.dataset.do]) actions[pressed.dataset.do](pressed);
});
for (const status of Object.keys(WORDS)) onKey(`group ${status}`, () => decideGroup(status));
onKey("digit", (event) => {
  const offered = question()?.querySelector(`[data-number="${event.key}"]`);
  if (offered) comment(offered.dataset.text);
});
onKey("in dialog", (event) => {
  const dialog = document.getElementById("ask");
  const key = document.querySelector(`.deck [data-do="${dialog.dataset.key}"] kbd`)?.textContent;
  if (dialog.open && event.shiftKey && key && event.key.toLowerCase() === key) dialog.close("yes"); // the same key once more
});
note.addEventListener("input", () => {
  if (note.value) sessionStorage.setItem(draftOf(at), note.value);
  else sessionStorage.removeItem(draftOf(at));
});
document.addEventListener("changed", async () => {
  if (busy) return;
  const before = queue.length;
  await refreshQueue();
  if (!at && queue.length && before === 0) goOn();
  else if (at) ahead();
});

button("undo").disabled = !decided.length;
if (question()) begin(question());
else nothing();
