// The class: what has changed is put in its place, rows are found by what is typed.
import { get, made, post, refused } from "./talking.js";

const AT_MOST_EVERY = 1500; // milliseconds
const search = document.getElementById("search");
const show = document.getElementById("show");
const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
let found = new Set();
let timer = 0;
let last = 0;
let only = ""; // a state that the list does not offer: a bar of the statistics asked for it

function filter() {
  const words = fold(search.value).split(/\s+/).filter(Boolean);
  let seen = 0;
  const lines = document.querySelectorAll(".line[data-key]");
  for (const line of lines) {
    const name = (line.folded ??= fold(line.querySelector(".name").textContent + line.querySelector(".reason").textContent));
    const fits = (!words.length || words.every((word) => name.includes(word)) || found.has(line.dataset.key))
      && [show.value, only].filter(Boolean).every((state) => line.dataset.states.split(" ").includes(state));
    line.hidden = !fits;
    seen += fits;
  }
  document.getElementById("shown").textContent = words.length || show.value || only ? `${seen} of ${lines.length}` : "";
}

async function look() {
  const words = search.value.trim();
  const answer = words.length > 1 ? await get(`/search?q=${encodeURIComponent(words)}`) : null;
  if (words !== search.value.trim()) return;
  found = new Set(answer ? (await answer.json()).found : []);
  filter();
}

search.addEventListener("input", () => {
  only = "";
  filter();
  clearTimeout(timer);
  timer = setTimeout(look, 200);
});
search.form.addEventListener("submit", (event) => event.preventDefault());
show.addEventListener("input", () => {
  only = "";
  filter();
});

async function refresh() {
  const answer = await get("/?part=yes");
  if (!answer) return;
  last = Date.now();
  const now = made(await answer.text());
  for (const which of ["#state", "#needs"]) {
    const [before, after] = [document.querySelector(which), now.querySelector(which)];
    const unfolded = before ? [...before.querySelectorAll("details")].map((details) => details.open) : [];
    after?.querySelectorAll("details").forEach((details, place) => { details.open = unfolded[place] ?? false; });
    if (before && after && before.innerHTML !== after.innerHTML) before.replaceWith(after);
  }
  const [before, after] = [document.querySelectorAll(".matrix"), now.querySelectorAll(".matrix")];
  if (before.length !== after.length) return location.reload();
  before.forEach((matrix, place) => {
    if (matrix.textContent === after[place].textContent && matrix.innerHTML.length === after[place].innerHTML.length) return;
    const [left, focused] = [matrix.scrollLeft, matrix.contains(document.activeElement)];
    if (focused) return; // whoever is in it is not thrown out
    matrix.replaceChildren(...after[place].children);
    matrix.scrollLeft = left;
  });
  filter();
}

let waiting = 0;
document.addEventListener("changed", () => {
  clearTimeout(waiting);
  waiting = setTimeout(refresh, Math.max(AT_MOST_EVERY - (Date.now() - last), 50));
});

document.addEventListener("click", async (event) => {
  const link = event.target.closest("[data-show]");
  if (link) {
    show.value = link.dataset.show; // nothing where the list does not offer it
    only = show.value ? "" : link.dataset.show;
    show.value ||= "";
    filter();
  }
  const button = event.target.closest("button[data-do=go], button[data-do=stop]");
  if (button) {
    button.disabled = true;
    const answer = await post("/grading", { go: button.dataset.do === "go" });
    if (!answer.ok) {
      button.disabled = false;
      refused(answer);
    }
  }
});

if (location.hash === "#search") search.focus();
