// What every page can do: end, hide names, show keys.
import { showKeys } from "./keys.js";
import { get, hangUp, isOver, made, post, refused, swap, whenChanged } from "./talking.js";

const actions = {
  keys: showKeys,
  async hide() {
    const body = document.body.dataset;
    const answer = await post("/names", { hide: !body.hidden, student: body.student || "" });
    if (!answer.ok) return refused(answer);
    if (answer.data.address) location.replace(`${body.root}student/${encodeURIComponent(answer.data.address)}${location.hash}`);
    else location.reload();
  },
  async end() {
    const answer = await post("/end", {});
    if (!answer.ok) return refused(answer);
    hangUp();
    document.getElementById("main").replaceChildren(Object.assign(document.createElement("p"), { className: "page lead", textContent: "grader serve has ended. Everything that was decided is kept; this tab can be closed." }));
  },
};

whenChanged(async () => {
  const answer = await get("/told");
  if (!answer || isOver()) return;
  const told = made(await answer.text()).querySelector("#told");
  document.body.dataset.writable = told.dataset.writable;
  for (const each of document.querySelectorAll("[data-writes]")) each.disabled = !told.dataset.writable;
  swap(document.getElementById("told"), told);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-do]");
  if (button && actions[button.dataset.do]) actions[button.dataset.do]();
});
