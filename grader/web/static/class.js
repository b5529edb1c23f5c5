// The class: what has changed is put in its place, rows are found by what is typed.
import { adopt, filter } from "../matrix.js";
import { get, isOver, made, post, refused, swap, whenChanged } from "./talking.js";

const search = document.getElementById("search");
let found = new Set(); // who has what is typed in a message, a file's name or the code
let typing = 0;

async function look() {
  const words = search.value.trim();
  const answer = words.length > 1 ? await get(`/search?q=${encodeURIComponent(words)}`) : null;
  if (words !== search.value.trim()) return;
  found = new Set(answer ? (await answer.json()).found : []);
  filter(found);
}

search.addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(look, 200);
});

async function refresh() {
  const answer = await get("/?part=yes");
  if (!answer) return;
  const now = made(await answer.text());
  if (isOver()) return;
  for (const which of ["#state", "#needs", "[aria-labelledby=statistics]"]) {
    const [before, after] = [document.querySelector(which), now.querySelector(which)];
    const unfolded = before ? [...before.querySelectorAll("details")].map((details) => details.open) : [];
    after?.querySelectorAll("details").forEach((details, place) => { details.open = unfolded[place] ?? false; });
    swap(before, after);
  }
  const [before, after] = [document.querySelectorAll(".matrix"), now.querySelectorAll(".matrix")];
  if (before.length !== after.length) return location.reload();
  let sorted = ""; // by which heading somebody has just sorted: the focus goes back to it
  before.forEach((matrix, place) => {
    const html = after[place].innerHTML;
    const focused = matrix.contains(document.activeElement) ? document.activeElement : null;
    if (html === matrix.cameAs || (focused && !focused.closest(".head"))) return; // whoever is in it is not thrown out
    if (focused?.closest(".score, .name")) sorted = focused.closest(".score") ? ".score" : ".name";
    const left = matrix.scrollLeft;
    matrix.replaceChildren(...after[place].children);
    matrix.scrollLeft = left;
    matrix.cameAs = html;
  });
  adopt(found);
  if (sorted) document.querySelector(`.head ${sorted} button`)?.focus({ preventScroll: true });
}

whenChanged(refresh);

document.addEventListener("click", async (event) => {
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
