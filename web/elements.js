// Makes elements, keeps them up to date, and asks in a dialog. Words only ever become text, never markup.
"use strict";

const byId = (id) => document.getElementById(id);

/** An element with attributes and children; a string child becomes text. */
function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children.flat(Infinity));
  return node;
}

/** A copy of a template's element, and its slots by name. */
function copyOf(template) {
  const node = template.content.firstElementChild.cloneNode(true);
  const slots = {};
  for (const slot of node.querySelectorAll("[data-field]")) slots[slot.dataset.field] = slot;
  return [node, slots];
}

const drawn = new WeakMap();

/** Make ``parent`` show ``items``. What has not changed stays as it is, with its focus, scrolling and open parts. */
function paint(parent, items, keyOf, build) {
  const present = new Map([...parent.children].map((node) => [node.dataset.key, node]));
  const nodes = items.map((item) => {
    const key = keyOf(item);
    const text = JSON.stringify(item);
    const old = present.get(key);
    return old && drawn.get(old) === text ? old : keyed(build(item), key, text);
  });
  const focused = [...parent.children].find((node) => !nodes.includes(node) && node.contains(document.activeElement));
  const onLink = document.activeElement.matches("a");
  for (const node of present.values()) if (!nodes.includes(node)) node.remove();
  nodes.forEach((node, place) => {
    if (parent.children[place] !== node) parent.insertBefore(node, parent.children[place] ?? null);
  });
  if (focused) refocus(nodes.find((node) => node.dataset.key === focused.dataset.key), onLink);
}

function refocus(node, onLink) {
  const target = (onLink && node?.querySelector("a")) || node;
  target?.focus({ preventScroll: true });
}

function keyed(node, key, text) {
  node.dataset.key = key;
  node.tabIndex = -1; // so that focus has somewhere to go when what had it is drawn anew
  drawn.set(node, text);
  return node;
}

/** Make ``parent`` show one thing, or nothing when ``item`` is null. */
function paintOne(parent, item, build) {
  paint(parent, item === null ? [] : [item], () => "only", build);
}

function setState(node, [label, kind]) {
  node.textContent = label;
  node.dataset.kind = kind;
}

function setMoment(node, text) {
  node.dateTime = text ?? "";
  node.textContent = moment(text);
}

function setOrDrop(node, text) {
  if (text) node.textContent = text;
  else node.remove();
}

/** A table that scrolls by itself, above its notes; a column's name begins with # when it holds numbers. */
function buildTable(caption, columns, bodies, notes = []) {
  const heads = columns.map((name) =>
    el("th", { scope: "col", ...(name.startsWith("#") && { class: "number" }) }, name.replace(/^#/, "")),
  );
  const table = el("table", {}, el("caption", {}, caption), el("thead", {}, el("tr", {}, heads)), bodies);
  const scroll = el("div", { class: "scroll", role: "region", "aria-label": caption, tabindex: 0 }, table);
  const below = notes.map((note, place) => el("p", { class: "note", dir: "auto" }, `Note ${place + 1}: ${note}.`));
  return el("div", {}, scroll, below);
}

function buildRow([first, ...rest]) {
  const isCell = (cell) => cell instanceof HTMLTableCellElement;
  const cells = rest.map((cell) => (isCell(cell) ? cell : el("td", { dir: "auto" }, cell)));
  return el("tr", {}, el("th", { scope: "row", dir: "auto" }, first), cells);
}

function numeric(text, below = "") {
  return el("td", { class: "number" }, text, small(below));
}

const small = (text) => (text && text !== "–" ? [el("span", { class: "small" }, text)] : []);

/** Ask in a dialog; true when the answer is yes. Escape means no. */
function confirmed(heading, text, yes, kind) {
  const dialog = byId("confirm");
  byId("confirm-heading").textContent = heading;
  byId("confirm-text").textContent = text;
  byId("confirm-yes").textContent = yes;
  byId("confirm-yes").className = kind;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}
