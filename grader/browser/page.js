// Where on this page it is written, and what of it is painted.  Evaluated in the page, with what reading.js gives.
async (reading) => {
  const MOST = 2_000; // words that are looked at one by one
  const MOST_GROUPS = 6; // of words that lie over one another
  const NAME = "the-words-that-are-looked-for";
  const { root, fields, choices, read } = await reading(false);

  // What moves has arrived, as for a person who waits; what never ends is taken at rest.
  const rest = () => {
    for (const animation of document.getAnimations?.() ?? []) {
      try {
        animation.finish();
      } catch {
        animation.cancel();
      }
    }
  };

  // Two frames: then what has changed is painted.  None comes while a style sheet is waited for.
  const painted = () =>
    new Promise((done) => {
      requestAnimationFrame(() => requestAnimationFrame(done));
      setTimeout(done, 2_000);
    });

  const settled = async () => {
    if (document.readyState !== "complete") await new Promise((done) => addEventListener("load", done, { once: true }));
    await document.fonts.ready;
    return painted();
  };

  // A unit is a word of a text, or a field; `letters` gives where its letters are.
  const words = () => {
    const found = [...fields(), ...choices()].map((field) => ({ field, element: field }));
    const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const split = new Intl.Segmenter(undefined, { granularity: "word" });
    for (let node; found.length < MOST && (node = texts.nextNode()); ) {
      const element = node.parentElement;
      if (!node.data.trim() || !element?.checkVisibility?.()) continue; // what innerText leaves out by itself
      for (const { segment, index, isWordLike } of split.segment(node.data)) {
        if (isWordLike) found.push({ node, element, start: index, end: index + segment.length });
      }
    }
    return found;
  };

  const letters = ({ field, node, start, end }) => {
    if (field) return [field.getBoundingClientRect()];
    const range = document.createRange();
    const boxes = [];
    for (let i = start; i < end; i++) {
      range.setStart(node, i);
      range.setEnd(node, i + 1);
      const box = range.getBoundingClientRect();
      if (box.width >= 0.5 || !boxes.length) boxes.push(box); // a mark over a letter has no width of its own
    }
    return boxes;
  };

  const isInView = (box) => box.right > 0 && box.bottom > 0 && box.left < innerWidth && box.top < innerHeight;
  const lieOver = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

  // Scrolls to a unit wherever a person could; says whether anything has moved.
  const reach = (unit) => {
    let moved = false;
    const scroll = (box, top, left) => {
      const before = [box.scrollTop, box.scrollLeft];
      box.scrollTo({ top: box.scrollTop + top, left: box.scrollLeft + left, behavior: "instant" });
      moved ||= before[0] !== box.scrollTop || before[1] !== box.scrollLeft;
    };
    const off = (size, from, to) => (from >= 0 && to <= size ? 0 : (from + to) / 2 - size / 2);
    for (let box = unit.element; box && box !== root && box !== document.documentElement; box = box.parentElement) {
      const { overflowX, overflowY } = getComputedStyle(box);
      const edge = box.getBoundingClientRect();
      const [at] = letters(unit);
      const down = /auto|scroll/.test(overflowY) ? off(box.clientHeight, at.top - edge.top, at.bottom - edge.top) : 0;
      const right = /auto|scroll/.test(overflowX) ? off(box.clientWidth, at.left - edge.left, at.right - edge.left) : 0;
      if (down || right) scroll(box, down, right);
    }
    const cut = [root, document.documentElement].map((box) => getComputedStyle(box));
    const [at] = letters(unit);
    const down = cut.some((style) => /hidden|clip/.test(style.overflowY)) ? 0 : off(innerHeight, at.top, at.bottom);
    const right = cut.some((style) => /hidden|clip/.test(style.overflowX)) ? 0 : off(innerWidth, at.left, at.right);
    const page = document.scrollingElement ?? document.documentElement;
    if (down || right) scroll(page, down, right);
    return moved;
  };

  let units = [];
  let groups = [];
  let target = null;
  let isOver = false;
  const changed = new Map();
  const sheet = new CSSStyleSheet();

  const begin = () => {
    rest();
    sheet.replaceSync(
      `* { caret-color: transparent !important }
       ::highlight(${NAME}) { color: transparent !important; -webkit-text-fill-color: transparent !important;
         -webkit-text-stroke-color: transparent !important; text-shadow: none !important; background: none !important;
         fill: transparent !important; stroke: transparent !important; }`,
    );
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    units = words();
    for (const unit of units) {
      // What runs across the page comes by sooner or later, and no picture says when.
      const line = unit.element.closest("marquee");
      if (line?.checkVisibility({ opacityProperty: true, visibilityProperty: true })) unit.seen = true;
    }
  };

  // The next units to look at: those that are in view as it is scrolled now, in groups that do not lie over one another.
  const next = async (isFirst) => {
    target = null;
    const open = () => units.filter((unit) => unit.seen === undefined);
    if (!isFirst) {
      for (const unit of open()) {
        if (unit.seen !== undefined) continue;
        if (reach(unit) || !unit.looked) {
          target = unit;
          break;
        }
        unit.seen = false;
      }
      if (!target) {
        isOver = true;
        return [];
      }
    }
    await painted();
    rest();
    groups = [];
    for (const unit of open()) {
      unit.boxes = letters(unit);
      const inView = unit.boxes.filter(isInView).length;
      if (2 * inView < unit.boxes.length || !inView) {
        if (unit === target) unit.seen = false; // it cannot be reached
        continue;
      }
      const fits = (group) => !group.some((other) => other.boxes.some((a) => unit.boxes.some((b) => lieOver(a, b))));
      const group = groups.find(fits) ?? (groups.length < MOST_GROUPS ? (groups[groups.length] = []) : groups[0]);
      group.push(unit);
    }
    return groups.map((group) =>
      group.map((unit) => unit.boxes.map(({ left, top, right, bottom }) => [left, top, right, bottom])),
    );
  };

  // Letters cut out of a picture go with the picture; what SVG writes and what stands in a field is no text to mark.
  const change = (element, style) => {
    if (changed.has(element)) return;
    changed.set(element, element.getAttribute("style"));
    for (const [name, value] of Object.entries({ transition: "none", ...style })) {
      element.style.setProperty(name, value, "important");
    }
  };

  const hide = (index) => {
    const ranges = [];
    for (const { field, node, element, start, end } of groups[index]) {
      if (field) {
        change(field, {
          "-webkit-text-fill-color": "transparent",
          "-webkit-text-stroke-color": "transparent",
          "text-shadow": "none",
        });
        continue;
      }
      if (getComputedStyle(element).textShadow !== "none") change(element, { "text-shadow": "none" });
      ranges.push(new StaticRange({ startContainer: node, startOffset: start, endContainer: node, endOffset: end }));
      if (element instanceof SVGElement) change(element, { visibility: "hidden" });
      for (let box = element; box; box = box.parentElement) {
        if (/text/.test(getComputedStyle(box).webkitBackgroundClip)) {
          change(box, { "background-image": "none", "background-color": "transparent" });
        }
      }
    }
    CSS.highlights.set(NAME, new Highlight(...ranges));
    return painted();
  };

  const show = () => {
    CSS.highlights.delete(NAME);
    for (const [element, style] of changed) {
      if (style === null) element.removeAttribute("style");
      else element.setAttribute("style", style);
    }
    changed.clear();
    rest(); // what has a transition back
    return painted();
  };

  // Takes note of which units of the groups were painted.
  const judge = (seen) =>
    groups.forEach((group, i) =>
      group.forEach((unit, j) => {
        const isFinal = unit === target || (target?.node && unit.node === target.node);
        if (seen[i][j]) unit.seen = true;
        else if (isFinal || unit.looked) unit.seen = false;
        unit.looked = true;
      }),
    );

  const end = () => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((each) => each !== sheet);
    return read(units.filter((unit) => unit.seen === false));
  };

  const hasScripts = () => document.scripts.length > 0 || root?.matches("[onload]") || !!document.querySelector("[onload]");
  return { read, settled, begin, next, hide, show, judge, end, hasScripts, isDone: () => isOver };
}
