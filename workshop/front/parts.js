/* Small parts that every screen is made of. Words reach the page as text nodes only, never as markup. */

/** A sentence with its {…} filled in; a name without a value stays as it is. */
export const filled = (text, values) => text.replace(/\{(\w+)\}/g, (braces, name) => values[name] ?? braces);

/** Whether two JSON values are equal. */
export const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/** An element: `el("p", {class: "ws-soft", hidden: true, onclick: f}, "words", child, …)`; null children are left out. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name in node && typeof value === "boolean") node[name] = value;
    else if (value !== null && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

const told = new WeakMap(); // node -> the text that was written there last

/** Write a text, unless it's the one that was written here last. What stands there is never looked at: a browser's translator
 * has put words of its own in its place, and a live region would speak again each time the page is drawn. */
export function tell(node, text) {
  if (told.get(node) === text) return;
  told.set(node, text);
  node.textContent = text;
}

/** The same for what is drawn of parts: `draw()` gives the nodes, and is only called when `as`, any JSON, is another one. */
export function fill(node, as, draw) {
  const text = JSON.stringify(as);
  if (told.get(node) === text) return;
  told.set(node, text);
  node.replaceChildren(...draw().filter(Boolean));
}

/** Attributes of a node that shows what a person wrote: a translator would send it away. */
export const OWN = { translate: "no", dir: "auto" };

/** Put a field's text on the clipboard; whether that worked. The newer way needs an address with https. */
export function copied(field) {
  field.focus({ preventScroll: true });
  field.select();
  try {
    return document.execCommand("copy");
  } catch {
    return false;
  }
}

/** A box for words. Spelling help and some extensions send what is typed to their makers: not from here. */
export const box = (tag, attributes = {}) =>
  el(tag, {
    class: "ws-journal",
    translate: "no",
    spellcheck: "false",
    autocomplete: "off",
    autocorrect: "off",
    "data-gramm": "false",
    dir: "auto",
    ...attributes,
  });

const PATHS = {
  lock: "M7 11h10a2 2 0 0 1 2 2v5a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2v-5a2 2 0 0 1 2-2zM8 11V8a4 4 0 0 1 8 0v3",
  room: "M12.2 9a3.2 3.2 0 1 1-6.4 0 3.2 3.2 0 0 1 6.4 0zM19.1 10a2.6 2.6 0 1 1-5.2 0 2.6 2.6 0 0 1 5.2 0zM3.5 19c.6-3.4 2.8-5 5.5-5s4.9 1.6 5.5 5M15 14.6c2.8-.4 4.8 1.2 5.5 4",
};

/** An element of a drawing, with its children. */
export function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/** A line icon, decorative: the words next to it say the same. */
export const icon = (name) =>
  svg("svg", { viewBox: "0 0 24 24", "aria-hidden": "true", class: "ws-icon" }, svg("path", { d: PATHS[name] }));

/** A drawing of dots in an outline: {width, height, outline, dots [[x, y, radius, tone]], label}. */
export const picture = ({ width, height, outline, dots, label }) =>
  svg(
    "svg",
    { viewBox: `0 0 ${width} ${height}`, class: "ws-picture", role: "img", "aria-label": label },
    ...dots.map(([cx, cy, r, tone]) => svg("circle", { cx, cy, r, class: `ws-tone-${tone}` })),
    svg("path", { d: outline }),
  );

/** The line that says who sees what is done here. */
export const mark = (name, words) => el("p", { class: "ws-mark" }, icon(name), el("span", {}, words));

/** A radio group, one tab stop, arrow keys: {node, show(key, locked)}; calls `choose(key)` at each touch.
 * `options` [{key, text}], `label` the id of the element that names the group. */
export function radios(options, label, choose) {
  const buttons = options.map(({ key, text }) =>
    el(
      "button",
      { type: "button", class: "ws-option", role: "radio", "aria-checked": "false", "data-key": key, onclick: () => pick(key) },
      el("span", { dir: "auto" }, text),
    ),
  );
  const node = el("div", { class: "ws-options", role: "radiogroup", "aria-labelledby": label, onkeydown: move }, ...buttons);
  let locked = false;

  function pick(key) {
    if (locked) return;
    show(key, locked);
    choose(key);
  }

  function move(event) {
    const forward = getComputedStyle(node).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
    const at = buttons.indexOf(document.activeElement);
    const to = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      Home: 0,
      End: buttons.length - 1,
      ArrowRight: forward === "ArrowRight" ? at + 1 : at - 1,
      ArrowLeft: forward === "ArrowLeft" ? at + 1 : at - 1,
    }[event.key];
    if (at < 0 || to === undefined || locked) return;
    event.preventDefault();
    const next = buttons[(to + buttons.length) % buttons.length];
    next.focus();
    pick(next.dataset.key);
  }

  function show(key, lock) {
    locked = lock;
    const chosen = buttons.findIndex((button) => button.dataset.key === key);
    buttons.forEach((button, i) => {
      button.setAttribute("aria-checked", String(i === chosen));
      button.setAttribute("aria-disabled", String(lock));
      button.tabIndex = i === Math.max(chosen, 0) ? 0 : -1;
    });
  }

  show(null, false);
  return { node, show };
}
