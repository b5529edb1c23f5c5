// Keys: each is a labelled button or a field as well, marked with data-key.

const AS_THEY_WERE = {
  passed: "p", partial: "a", failed: "f", note: "n", next: "j", previous: "k", skip: "s", undo: "u",
  zoom: "z", code: "c", difference: "d", hide: "h", search: "/", keys: "?",
};
const MEANS = {
  passed: "Passed", partial: "Partly right", failed: "Failed", note: "Write a note", next: "Next", previous: "Previous",
  skip: "Skip for now", undo: "Take the last decision back", zoom: "Fit, or 100 %", code: "The student's code",
  difference: "What differs from what students were given", hide: "Hide or show names", search: "Search",
  keys: "This list",
};
const KEPT = "grader keys";
const handlers = new Map();

function kept() {
  try {
    return { on: true, keys: {}, ...JSON.parse(localStorage.getItem(KEPT) || "{}") };
  } catch {
    return { on: true, keys: {} };
  }
}

let settings = kept();
const keyOf = (name) => settings.keys[name] ?? AS_THEY_WERE[name];

// Have a name's key, or a digit, do something else than press its button.
export function onKey(name, handler) {
  handlers.set(name, handler);
}

function press(name, event) {
  if (handlers.has(name)) {
    event.preventDefault();
    handlers.get(name)(event);
    return;
  }
  const place = [...document.querySelectorAll(`[data-key="${name}"]`)].find((each) => each.offsetParent !== null);
  if (place) {
    event.preventDefault();
    if (place.matches("input, textarea")) place.focus();
    else if (!place.disabled) place.click();
  } else if (name === "search") {
    event.preventDefault();
    location.href = `${document.body.dataset.root}#search`;
  }
}

const isField = (element) => element.closest("input:not([type=checkbox]):not([type=button]), textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (isField(event.target)) {
    if (event.key === "Escape" && !event.target.closest("dialog")) event.target.blur(); // what was written stays
    return;
  }
  if (document.querySelector("dialog[open]")) {
    if (handlers.has("in dialog")) handlers.get("in dialog")(event);
    return;
  }
  if (!settings.on) return;
  if (/^[1-9]$/.test(event.key) && handlers.has("digit")) {
    handlers.get("digit")(event);
    return;
  }
  const plain = event.key.toLowerCase();
  for (const name of Object.keys(AS_THEY_WERE)) {
    const key = keyOf(name);
    if (!key) continue;
    if (event.key === key) return press(name, event);
    if (event.shiftKey && plain === key && handlers.has(`group ${name}`)) return press(`group ${name}`, event);
  }
});

function show() {
  for (const place of document.querySelectorAll("button[data-key]")) {
    place.querySelector("kbd")?.remove();
    const key = settings.on && keyOf(place.dataset.key);
    if (key) {
      const shown = document.createElement("kbd");
      shown.textContent = key;
      shown.setAttribute("aria-hidden", "true");
      place.append(" ", shown);
      place.setAttribute("aria-keyshortcuts", key);
    } else place.removeAttribute("aria-keyshortcuts");
  }
}

function keep() {
  localStorage.setItem(KEPT, JSON.stringify(settings));
  show();
}

function list() {
  const rows = Object.keys(AS_THEY_WERE).map((name) => {
    const row = document.createElement("li");
    const label = document.createElement("label");
    const field = document.createElement("input");
    field.maxLength = 1;
    field.size = 2;
    field.value = keyOf(name);
    field.addEventListener("input", () => {
      settings.keys[name] = field.value.toLowerCase();
      keep();
    });
    label.append(field, ` ${MEANS[name]}`);
    row.append(label);
    return row;
  });
  for (const [key, means] of [["Shift", "with p, a or f: the whole group, after its number was shown"], ["1–9", "a note used before"], ["Esc", "leaves a field and keeps what was written"]]) {
    const row = document.createElement("li");
    const shown = document.createElement("kbd");
    shown.textContent = key;
    row.append(shown, ` ${means}`);
    rows.push(row);
  }
  document.getElementById("keys-list").replaceChildren(...rows);
  document.getElementById("keys-on").checked = settings.on;
}

export function showKeys() {
  list();
  document.getElementById("keys").showModal();
}

document.getElementById("keys-on").addEventListener("change", (event) => {
  settings.on = event.target.checked;
  keep();
});
document.getElementById("keys-reset").addEventListener("click", () => {
  settings = { on: true, keys: {} };
  keep();
  list();
});
addEventListener("storage", (event) => {
  if (event.key === KEPT) {
    settings = kept();
    show();
  }
});
show();
