"use strict";
// The page says everything without this; here the table of students learns to sort and to filter.
(() => {
  const table = document.getElementById("class");
  if (!table) return;
  const body = table.tBodies[0];
  const lines = [...body.rows];
  const heads = [...table.tHead.rows[0].cells];
  const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
  const controls = document.getElementById("controls");
  const [search, state, activity, order] = ["search", "state", "activity", "order"].map((id) => document.getElementById(id));
  const said = document.getElementById("said");

  const known = lines.map((line) => ({
    line,
    text: line.textContent.toLowerCase(),
    states: line.dataset.states.split(" "),
    activity: line.dataset.activity,
    keys: [...line.cells].map((cell) => ("key" in cell.dataset ? Number(cell.dataset.key) : cell.textContent.trim())),
  }));

  function compare(one, other) {
    return typeof one === "number" ? one - other : collator.compare(one, other);
  }

  function sort(column, down) {
    heads.forEach((head, index) => {
      if (index === column) head.setAttribute("aria-sort", down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
    const sorted = [...known].sort((one, other) => {
      const found = compare(one.keys[column], other.keys[column]);
      return (down ? -found : found) || compare(one.keys[0], other.keys[0]);
    });
    body.append(...sorted.map((each) => each.line));
    if (order) order.value = String(column);
  }

  function filter() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let seen = 0;
    for (const each of known) {
      const fits = words.every((word) => each.text.includes(word))
        && (!state.value || each.states.includes(state.value))
        && (!activity || !activity.value || each.activity === activity.value);
      each.line.hidden = !fits;
      seen += fits;
    }
    said.textContent = `${seen} of ${known.length} shown`;
  }

  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const now = head.getAttribute("aria-sort");
      sort(column, now ? now === "ascending" : "down" in head.dataset);
    });
    if (order) order.add(new Option(head.textContent.trim(), String(column)));
  });
  if (order) order.addEventListener("change", () => sort(Number(order.value), "down" in heads[order.value].dataset));
  for (const control of [search, state, activity]) {
    if (control) control.addEventListener("input", filter);
  }
  controls.hidden = false;
  filter();
})();
