/* A page whose widgets are all plain anywidgets, without Jupyter's widget manager: models from the states that came with
the page, the kernel's widget comms as documented, and each widget drawn where its cell stands. */

import { Connection } from "./connection.js";
import { random } from "./hash.js";
import { begin, close, draw, Model } from "./models.js";

const VIEW = "application/vnd.jupyter.widget-view+json";
const CONTROL = "jupyter.widget.control";
const OUTPUTS = "script[type='application/vnd.voila.cell-output+json']";

/** Run the page of `kernel`. `known`: id -> {part, live, state} of its widgets; `part(name)`: one of our modules. */
export function run(kernel, known, part) {
  const models = new Map();
  const drawn = new WeakSet();
  const control = random(16);
  let opened = false;
  // What may have changed since the page was made, or during a break, is asked for; all of it where nothing came with the page.
  const line = new Connection(kernel, hear, () => {
    models.forEach((model) => model.resume());
    if (models.size)
      return models.forEach((model) => model.live && line.say("comm_msg", { comm_id: model.id, data: { method: "request_state" } }));
    if (!opened) line.say("comm_open", { comm_id: control, target_name: CONTROL, data: {} }, { version: "1.0.0" });
    opened = true;
    line.say("comm_msg", { comm_id: control, data: { method: "request_states" } });
  });
  const manager = { get_model: async (id) => models.get(id) };

  function add(id, state, name = null, live = true) {
    const model = new Model(id, state, (data) => line.say("comm_msg", { comm_id: id, data }));
    Object.assign(model, { part: name, live });
    models.set(id, model);
    begin(model, part, manager).catch(console.error);
  }

  function take(id, { model_module, state }) {
    if (models.has(id)) models.get(id).renew(state);
    else if (model_module === "anywidget") add(id, state);
  }

  /** Each widget in the place of its cell. */
  function show() {
    for (const output of document.querySelectorAll(OUTPUTS)) {
      const model = models.get(JSON.parse(output.textContent).data?.[VIEW]?.model_id);
      if (!model || drawn.has(output)) continue;
      drawn.add(output);
      const el = document.createElement("div");
      draw(model, el, part, manager).then(() => {
        const place = output.closest(".ws-place");
        place?.classList.remove("ws-awaited");
        place?.querySelector(".ws-frame")?.remove();
        output.after(el);
      }, console.error);
    }
  }

  function hear({ kind, parent, content, buffers }) {
    if (kind === "status") {
      if (content.execution_state === "idle") models.forEach((model) => model.idle(parent));
      return;
    }
    const { comm_id: id, data } = content;
    if (kind === "comm_open" && content.target_name === "jupyter.widget") {
      take(id, { model_module: data.state._model_module, state: data.state });
    } else if (kind === "comm_close" && models.has(id)) {
      close(models.get(id));
      models.delete(id);
    } else if (kind === "comm_msg" && id === control && data.method === "update_states") {
      for (const [name, one] of Object.entries(data.states)) take(name, one);
      show();
    } else if (kind === "comm_msg") models.get(id)?.hear(data, parent, buffers);
  }

  for (const [id, one] of Object.entries(known ?? {})) add(id, one.state, one.part, one.live);
  show();
  line.begin();
  return line;
}
