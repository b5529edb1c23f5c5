// Tabs: one panel at a time; arrows move between them, as screen readers expect.
import { onKey } from "./keys.js";
import { get, made, post, refused, say } from "./talking.js";

const tabs = [...document.querySelectorAll("[role=tab]")];

function choose(tab, focus) {
  for (const each of tabs) {
    const chosen = each === tab;
    each.setAttribute("aria-selected", String(chosen));
    each.tabIndex = chosen ? 0 : -1;
    document.getElementById(each.getAttribute("aria-controls")).hidden = !chosen;
  }
  history.replaceState(null, "", `#${tab.id.slice(4)}`);
  if (focus) tab.focus();
}

for (const tab of tabs) {
  tab.addEventListener("click", () => choose(tab));
  tab.addEventListener("keydown", (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (by) choose(tabs[(tabs.indexOf(tab) + by + tabs.length) % tabs.length], true);
  });
}
onKey("code", () => choose(document.getElementById("tab-code"), true));
onKey("difference", () => choose(document.getElementById("tab-differs"), true));
const asked = document.getElementById(`tab-${location.hash.slice(1)}`);
if (asked) choose(asked);

const who = document.body.dataset.student;
const numberIn = (id) => (document.getElementById(id).value === "" ? null : Number(document.getElementById(id).value));
document.getElementById("adjust").addEventListener("submit", async (event) => {
  event.preventDefault();
  const said = { who, points: numberIn("points"), reason: document.getElementById("reason").value, days: numberIn("days") };
  const answer = await post("/adjust", said);
  if (!answer.ok) return refused(answer);
  location.reload();
});
async function beside(button) {
  const answer = await get(`/code/${who}?${new URLSearchParams({ d: "yes", attempt: button.dataset.attempt || "" })}`);
  if (!answer) return say("That attempt cannot be looked at: is the export still there?");
  document.getElementById("beside").replaceChildren(...made(await answer.text()).childNodes);
  for (const each of document.querySelectorAll("[data-do=beside]")) each.setAttribute("aria-pressed", String(each === button));
}
document.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-do=choose], button[data-do=beside]");
  if (!button) return;
  if (button.dataset.do === "beside") return beside(button);
  const answer = await post("/choose", { who, app: button.dataset.app ?? null, attempt: button.dataset.attempt ?? null });
  if (answer.ok) say(answer.data.said);
  else refused(answer);
});
