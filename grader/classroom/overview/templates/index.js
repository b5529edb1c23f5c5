"use strict";
// The page says everything without this; here the students learn to sort and to filter.
(() => {
  const find = document.getElementById("find");
  const [search, state, said] = ["search", "state", "said"].map((id) => document.getElementById(id));
  const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const lines = [...document.querySelectorAll(".lines .line")].map((line) => ({
    line,
    text: plain(line.textContent + " " + line.querySelector(".reason").title),
    states: line.dataset.states.split(" "),
    name: line.querySelector(".name").textContent,
    points: Number(line.dataset.points),
  }));
  let only = "";  // a state that the list does not offer: a link in the statistics asked for it

  function sort(head, down) {
    const table = head.closest("[role=table]");
    table.querySelectorAll("[aria-sort]").forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const own = lines.filter((each) => table.contains(each.line));
    const by = head.classList.contains("score")
      ? (one, other) => one.points - other.points || collator.compare(one.name, other.name)
      : (one, other) => collator.compare(one.name, other.name);
    own.sort((one, other) => (down ? by(other, one) : by(one, other)));
    table.querySelector(".lines").append(...own.map((each) => each.line));
  }

  function filter() {
    const words = plain(search.value).split(/\s+/).filter(Boolean);
    const wanted = [state.value, only].filter(Boolean);
    let seen = 0;
    for (const each of lines) {
      const fits = words.every((word) => each.text.includes(word)) && wanted.every((one) => each.states.includes(one));
      each.line.hidden = !fits;
      seen += fits;
    }
    said.textContent = only.startsWith("not-") ? `${seen} with ${only.slice(4)} not passed` : `${seen} of ${lines.length} shown`;
  }

  for (const head of document.querySelectorAll(".head .name, .head .score")) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const now = head.getAttribute("aria-sort");
      sort(head, now ? now === "ascending" : "down" in head.dataset);
    });
  }
  for (const link of document.querySelectorAll("[data-show]")) {
    link.addEventListener("click", () => {
      only = link.dataset.show;
      search.value = state.value = "";
      filter();
    });
  }
  for (const control of [search, state]) {
    control.addEventListener("input", () => {
      only = "";
      filter();
    });
  }
  find.hidden = !lines.length;
  filter();
})();
