// What a person sees on this page.  Evaluated in the page; waits for its HTML first, if asked to.
async (wait) => {
  const LONGEST = 1_000_000; // characters that are handed over
  const MOST = 5_000; // text nodes that are looked at one by one

  if (wait && document.readyState === "loading") {
    await new Promise((done) => document.addEventListener("DOMContentLoaded", done, { once: true }));
  }
  const root = document.body ?? document.documentElement;
  if (!root) return { text: "" };
  // XML and SVG documents have no innerText.
  const read = () => (root.innerText ?? root.textContent ?? "").slice(0, LONGEST);

  // What moves has arrived, as for a person who waits; what never ends is taken at rest.
  for (const animation of document.getAnimations?.() ?? []) {
    try {
      animation.finish();
    } catch {
      animation.cancel();
    }
  }

  const transparent = (color) => /^rgba\(.*, 0\)$|\/ 0\)$/.test(color);
  const asks = { opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true };

  // Nothing to the left of or above the page can be scrolled to, and overflow cuts off what it hides.
  const isInSight = (node, element) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    return [...range.getClientRects()].some((rect) => {
      let left = Math.max(rect.left, -scrollX);
      let top = Math.max(rect.top, -scrollY);
      let { right, bottom } = rect;
      for (let box = element; box && box !== root; box = box.parentElement) {
        const { overflowX, overflowY } = getComputedStyle(box);
        if (overflowX !== "hidden" && overflowY !== "hidden") continue;
        const edge = box.getBoundingClientRect();
        if (overflowX === "hidden") [left, right] = [Math.max(left, edge.left), Math.min(right, edge.right)];
        if (overflowY === "hidden") [top, bottom] = [Math.max(top, edge.top), Math.min(bottom, edge.bottom)];
      }
      return right - left >= 1 && bottom - top >= 1;
    });
  };

  const standsOut = (element) => {
    const { webkitTextFillColor: ink, webkitBackgroundClip: clip, backgroundImage: picture } = getComputedStyle(element);
    if (clip === "text" && picture !== "none") return true; // letters cut out of a picture
    if (transparent(ink)) return false;
    for (let box = element; box; box = box.parentElement) {
      const style = getComputedStyle(box);
      if (style.backgroundImage !== "none") return true; // which colour is there, nobody can tell
      if (!transparent(style.backgroundColor)) return style.backgroundColor !== ink;
    }
    return ink !== "rgb(255, 255, 255)";
  };

  const hidden = [];
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let i = 0, node; i < MOST && (node = texts.nextNode()); i++) {
    const element = node.parentElement;
    if (!node.data.trim() || !element?.checkVisibility?.()) continue; // what innerText leaves out by itself
    if (!element.checkVisibility(asks) || !isInSight(node, element) || !standsOut(element)) hidden.push(node);
  }

  const text = read();
  if (!hidden.length) return { text };
  // Reading again with the hidden words taken out keeps innerText's own spaces and line breaks.
  const words = hidden.map((node) => node.data);
  hidden.forEach((node) => (node.data = ""));
  const visible = read();
  hidden.forEach((node, i) => (node.data = words[i]));
  return { text, visible };
}
