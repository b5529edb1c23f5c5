// What is written on this page.  Evaluated in the page; waits for its HTML first, or for all of it, if asked to.
async (wait, isWhole) => {
  const LONGEST = 1_000_000; // characters that are handed over
  const PATIENCE = 250; // milliseconds
  const LEAVES = /\blocation\b|\bsubmit\(/;
  const NOT_TYPED_IN = new Set(
    "hidden password checkbox radio file image range color date datetime-local month time week".split(" "),
  );

  if (wait && document.readyState === "loading") {
    await new Promise((done) => document.addEventListener("DOMContentLoaded", done, { once: true }));
  }
  // What its scripts write as soon as it is there belongs to it; a picture that never comes is not waited for.
  if (isWhole) {
    await new Promise((done) => {
      if (document.readyState === "complete") setTimeout(done);
      else addEventListener("load", () => setTimeout(done), { once: true });
      addEventListener("pagehide", done, { once: true }); // it goes elsewhere by itself
      setTimeout(done, PATIENCE);
    });
  }
  const root = document.body ?? document.documentElement;

  // A field shows its value, else what it asks for; neither is part of innerText.
  const shownIn = (field) =>
    field.localName === "input" && NOT_TYPED_IN.has(field.type) ? "" : field.value || field.placeholder || "";
  const fields = () => [...root.querySelectorAll("input, textarea")].filter(shownIn);
  // Of a list that folds up only what is chosen is shown; innerText gives all of it.
  const choices = () => [...root.querySelectorAll("select")].filter((list) => !list.multiple && list.size < 2);

  // Reading with the fields' words put in and the unseen ones taken out keeps innerText's own spaces and line breaks.
  const read = (unseen = []) => {
    if (!root) return "";
    const put = [];
    const taken = new Map();
    const hidden = new Set(unseen.map((unit) => unit.field));
    for (const field of fields()) {
      if (!hidden.has(field)) field.after((put[put.length] = document.createTextNode(` ${shownIn(field)} `)));
    }
    for (const list of choices()) {
      for (const option of list.options) {
        if (option.selected && !hidden.has(list)) continue;
        const texts = document.createTreeWalker(option, NodeFilter.SHOW_TEXT);
        for (let node; (node = texts.nextNode()); node.data = "") taken.set(node, node.data);
      }
    }
    for (const { node, start, end } of unseen.filter((unit) => unit.node)) {
      if (!taken.has(node)) taken.set(node, node.data);
      node.data = node.data.slice(0, start) + " ".repeat(end - start) + node.data.slice(end);
    }
    for (const node of taken.keys()) if (!/[\p{L}\p{N}]/u.test(node.data)) node.data = ""; // what is left is a comma
    // XML and SVG documents have no innerText.
    const text = (root.innerText ?? root.textContent ?? "").slice(0, LONGEST);
    put.forEach((node) => node.remove());
    taken.forEach((data, node) => (node.data = data));
    return text;
  };

  // Whether it may go on to another page by itself, as far as its HTML shows.
  const mayGoOn = () => document.querySelector("script, meta[http-equiv], iframe, frame, object, embed, [onload]") !== null;

  // Whether it seems to do so at once.
  const goesOn = () =>
    [...document.querySelectorAll("meta[http-equiv=refresh i]")].some((meta) => parseFloat(meta.content) <= 1) ||
    [...document.querySelectorAll("script:not([src])")].some((script) => LEAVES.test(script.textContent)) ||
    LEAVES.test(document.body?.getAttribute("onload") ?? "");

  return { root, fields, choices, read, readAll: () => [read(), mayGoOn(), goesOn()] };
}
