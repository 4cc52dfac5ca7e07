/* Things put into zones, by tap, for the person alone: all of it stays in this browser's drawer. */

import { activity } from "./frame.js";
import { drawer, privately } from "./own.js";
import { box, el, radios, tell } from "./parts.js";

export default activity({
  skip: true,
  mark: privately,
  body(frame, spec) {
    const mine = drawer(frame, frame.id, { lasting: true });
    const { words } = spec;
    const at = () => mine.get().at ?? {};

    function put(thing, zone) {
      const places = { ...at(), [thing]: zone };
      // And one line for each zone: that is what a person's own file prints.
      const lines = spec.zones.map(({ key }) => [
        key,
        spec.things
          .filter((one) => places[one.key] === key)
          .map(({ text }) => text)
          .join(" · "),
      ]);
      mine.set({ at: places, ...Object.fromEntries(lines) });
      frame.say("open", "");
      frame.page.changed();
    }

    const name = box("input", { id: `${frame.heading}-name`, oninput: () => mine.set({ name: name.value }) });
    const rows = spec.things.map(({ key, text }) => {
      const label = el("h3", { class: "ws-moment", id: `${frame.heading}-${key}`, dir: "auto" }, text);
      const zones = radios(spec.zones, label.id, (zone) => put(key, zone));
      zones.node.classList.add("ws-zones");
      return { key, zones, node: el("div", { class: "ws-thing" }, label, zones.node) };
    });
    const count = el("p", { class: "ws-then", role: "status", dir: "auto" });
    const safe = spec.exits ? el("p", { class: "ws-safe", dir: "auto" }, words.exits) : null;

    function draw() {
      const places = at();
      rows.forEach(({ key, zones }) => zones.show(places[key] ?? null, false));
      if (document.activeElement !== name) name.value = mine.get().name ?? "";
      const put = Object.keys(places).length;
      const counts = spec.zones.map(({ key, text }) => `${text}: ${Object.values(places).filter((zone) => zone === key).length}`);
      const told = put < spec.things.length ? "" : `${counts.join(" · ")}. ${words.done}`;
      tell(count, told);
      count.hidden = !told;
    }

    const naming = spec.naming ? el("p", { class: "ws-field" }, el("label", { for: name.id, dir: "auto" }, spec.naming), name) : null;
    return {
      node: el(
        "div",
        {},
        naming,
        safe,
        rows.map(({ node }) => node),
        count,
      ),
      draw,
    };
  },
});
