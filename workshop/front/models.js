/* Widgets of a page that runs without Jupyter's own widget manager: their models, as anywidget's modules see them.

A model is `{get, set, save_changes, send, on, off}` with the events of Backbone, as anywidget documents them. What a
module asks to be called for ends with the signal of its `initialize` or `render`, and with what these return. */

import { join } from "./wire.js";

const OURS = /^\/\* workshop: ([\w-]+\.js)( live)? \*\//; // how the stub of one of our own modules begins

const alike = (a, b) =>
  Object.is(a, b) || (typeof a === "object" && typeof b === "object" && JSON.stringify(a) === JSON.stringify(b) && !ArrayBuffer.isView(b));

export class Model {
  #heard = new Map(); // event -> Set of calls
  #dirty = {}; // set here, not sent yet
  #sent = new Map(); // name -> id of the message whose echo is waited for
  #busy = ""; // id of the update that the kernel has not worked off
  #post;
  part = null; // the name of its module, where that is one of ours
  live = true; // whether the kernel may change it later
  begun = null; // the promise of its widget, `initialize` done
  life = new AbortController();
  views = new Set(); // controllers of what is drawn

  /** `post(content)` sends a comm message and returns its id. */
  constructor(id, state, post) {
    this.id = id;
    this.state = state;
    this.#post = post;
  }

  get(name) {
    return this.state[name];
  }

  set(names, value) {
    const changes = typeof names === "string" ? { [names]: value } : names;
    Object.assign(this.#dirty, changes);
    this.#take(changes);
  }

  /** One update at a time: what is set while the kernel works goes together with the next. */
  save_changes() {
    const names = Object.keys(this.#dirty);
    if (this.#busy || !names.length) return;
    if (names.some((name) => ArrayBuffer.isView(this.#dirty[name]) || this.#dirty[name] instanceof ArrayBuffer)) {
      throw new TypeError("A page sends nothing binary.");
    }
    const id = this.#post({ method: "update", state: this.#dirty, buffer_paths: [] });
    names.forEach((name) => this.#sent.set(name, id));
    this.#dirty = {};
    this.#busy = id;
  }

  send(content, _callbacks, buffers) {
    if (buffers?.length) throw new TypeError("A page sends nothing binary.");
    this.#post({ method: "custom", content });
  }

  on(names, call) {
    for (const name of names.split(/\s+/)) {
      if (!this.#heard.has(name)) this.#heard.set(name, new Set());
      this.#heard.get(name).add(call);
    }
  }

  off(names, call) {
    for (const name of names ? names.split(/\s+/) : [...this.#heard.keys()]) {
      if (call) this.#heard.get(name)?.delete(call);
      else this.#heard.delete(name);
    }
  }

  #tell(name, ...said) {
    for (const call of [...(this.#heard.get(name) ?? [])]) {
      try {
        call(...said);
      } catch (error) {
        console.error(error);
      } // one that fails is no reason for the others to hear nothing
    }
  }

  #take(changes) {
    const moved = Object.entries(changes).filter(([name, value]) => !alike(this.state[name], value));
    for (const [name, value] of moved) this.state[name] = value;
    for (const [name, value] of moved) this.#tell(`change:${name}`, this, value);
    if (moved.length) this.#tell("change", this);
  }

  /** There is a line again: what the kernel said of an update may have been lost. */
  resume() {
    this.#busy = "";
    this.save_changes();
  }

  /** The whole state, as the kernel has it; what was changed here meanwhile is newer. */
  renew(state) {
    this.#take(Object.fromEntries(Object.entries(state).filter(([name]) => !(name in this.#dirty))));
  }

  /** A comm message of the kernel. */
  hear(data, parent, buffers) {
    if (data.method === "custom") return this.#tell("msg:custom", data.content, buffers);
    if (data.method !== "update" && data.method !== "echo_update") return;
    const state = join(data.state, data.buffer_paths, buffers);
    for (const name of Object.keys(state)) {
      const waits = this.#sent.get(name);
      if (!waits || data.method !== "echo_update") continue;
      if (waits === parent) this.#sent.delete(name);
      if (waits !== parent || name in this.#dirty) delete state[name]; // an older value than the one that stands here
    }
    this.#take(state);
  }

  /** The kernel has worked off the message `id`. */
  idle(id) {
    if (id !== this.#busy) return;
    this.#busy = "";
    this.save_changes();
  }
}

/** The same model for one module, which no longer hears anything once `signal` has been given. */
function proxy(model, signal, widget_manager) {
  return {
    get: (name) => model.get(name),
    set: (names, value) => model.set(names, value),
    save_changes: () => model.save_changes(),
    send: (content, callbacks, buffers) => model.send(content, callbacks, buffers),
    on(names, call) {
      model.on(names, call);
      signal.addEventListener("abort", () => model.off(names, call));
    },
    off: (names, call) => model.off(names, call),
    widget_manager,
  };
}

/** A module's text as a module; the page's policy has to let blobs in. */
const blobs = new Map();
function blob(text) {
  if (!blobs.has(text)) blobs.set(text, import(URL.createObjectURL(new Blob([text], { type: "text/javascript" }))));
  return blobs.get(text);
}

/** What a module's default export is: an object, or a function that makes one. */
async function widget(model, part) {
  const text = model.get("_esm") ?? "";
  const name = model.part ?? OURS.exec(text)?.[1];
  const found = name ? part(name) : await blob(text);
  const made = found.default ?? found;
  return typeof made === "function" ? made() : made;
}

function ends(signal, end) {
  if (typeof end === "function") signal.addEventListener("abort", () => Promise.resolve().then(end).catch(console.warn));
}

/** Run the module's `initialize`, once; resolves to the widget. `part`: name -> module of ours. */
export function begin(model, part, manager) {
  model.begun ??= (async () => {
    const made = await widget(model, part);
    const { signal } = model.life;
    if (model.get("_css")) document.head.append(Object.assign(document.createElement("style"), { textContent: model.get("_css") }));
    ends(signal, await made.initialize?.({ model: proxy(model, signal, manager), signal }));
    return made;
  })();
  return model.begun;
}

/** Draw `model` into `el`; resolves to the end of it. */
export async function draw(model, el, part, manager) {
  const made = await begin(model, part, manager);
  const view = new AbortController();
  const { signal } = view;
  model.views.add(view);
  ends(signal, await made.render?.({ model: proxy(model, signal, manager), el, signal }));
  return () => {
    model.views.delete(view);
    view.abort();
  };
}

/** The kernel has let go of `model`. */
export function close(model) {
  model.views.forEach((view) => view.abort());
  model.views.clear();
  model.life.abort();
}
