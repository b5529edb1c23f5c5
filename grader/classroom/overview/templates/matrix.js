// Everybody's checks, sorted and filtered; the page says everything without this.
const WRONG = ".failed, .partial, .blocked";
const WAITS = ".review, .skipped, .error";
const PER_CHUNK = 50;
const [search, show, shown] = ["search", "show", "shown"].map((id) => document.getElementById(id));
const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const linesOf = (part) => [...part.querySelectorAll(".line[data-states]")];
let only = ""; // what the list does not offer: a bar of the statistics, or how a check ended
let order = null; // by which heading, and which way; null as the page came

function sort() {
  if (!order) return;
  for (const table of document.querySelectorAll(".matrix [role=table]")) {
    const points = (line) => parseFloat(line.querySelector(".score").textContent);
    const name = (line) => line.querySelector(".name").textContent;
    const lines = linesOf(table).map((line) => ({ line, name: name(line), points: order.by === "score" ? points(line) : 0 }));
    lines.sort((one, other) => (order.down ? -1 : 1) * (one.points - other.points || collator.compare(one.name, other.name)));
    table.querySelectorAll(".chunk").forEach((chunk, place) => chunk.append(...lines.slice(place * PER_CHUNK, (place + 1) * PER_CHUNK).map((each) => each.line)));
    for (const head of table.querySelectorAll(".head .name, .head .score")) {
      if (head.classList.contains(order.by)) head.setAttribute("aria-sort", order.down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    }
  }
}

/** Show the lines that fit what is typed and chosen; `found` are the keys of those that fit what is typed besides. */
export function filter(found = new Set()) {
  const words = fold(search.value).split(/\s+/).filter(Boolean);
  const [, kind, check] = only.match(/^(not|waits)-(.+)$/) ?? [];
  const states = [show.value, check ? "" : only].filter(Boolean);
  let seen = 0;
  let all = 0;
  for (const table of document.querySelectorAll(".matrix [role=table]")) {
    const column = [...table.querySelectorAll(".head .c")].findIndex((head) => head.textContent.trim() === check);
    for (const line of linesOf(table)) {
      line.folded ??= fold(`${line.querySelector(".name").textContent} ${line.querySelector(".reason").title}`);
      const fits = (words.every((word) => line.folded.includes(word)) || found.has(line.dataset.key))
        && states.every((state) => line.dataset.states.split(" ").includes(state))
        && (!check || line.querySelectorAll(".c")[column]?.matches(kind === "not" ? WRONG : WAITS));
      line.hidden = !fits;
      seen += Boolean(fits);
      all += 1;
    }
  }
  shown.textContent = kind === "not" ? `${seen} with ${check} not passed` : `${seen} of ${all} shown`;
}

/** Make a table that has just come one that can be sorted, as the others are. */
export function adopt(found) {
  for (const head of document.querySelectorAll(".head .name, .head .score")) {
    if (head.querySelector("button")) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const now = head.getAttribute("aria-sort");
      order = { by: head.classList.contains("score") ? "score" : "name", down: now ? now === "ascending" : "down" in head.dataset };
      sort();
    });
  }
  document.getElementById("find").hidden = !document.querySelector(".matrix");
  sort();
  filter(found);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-show]");
  if (!link) return;
  search.value = "";
  show.value = link.dataset.show; // nothing where the list does not offer it
  only = show.value ? "" : link.dataset.show;
  show.value ||= "";
  filter();
});
for (const control of [search, show]) {
  control.addEventListener("input", () => {
    only = "";
    filter();
  });
}
adopt();
