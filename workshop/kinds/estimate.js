/* A number for a jar. The number stays in this browser's drawer; the value is how far off it is, and whether it's a guess. */

import { activity } from "./frame.js";
import { drawer } from "./own.js";
import { el, picture, radios, tell } from "./parts.js";
import { whole as read } from "./typed.js";

const MOST = 1e6;

export default activity({
  // The value would tell how far off the number is before the result does: show the person's own number instead.
  label(value) {
    const { number } = drawer(this).get();
    return Number.isFinite(number) ? String(number) : (this.spec.options.find(({ key }) => key === value)?.text ?? "");
  },
  body(frame, spec) {
    const mine = drawer(frame);
    const { words } = spec;
    const box = el("input", {
      class: "ws-journal ws-number",
      id: `${frame.heading}-number`,
      inputmode: "numeric",
      autocomplete: "off",
      maxlength: 24,
      dir: "auto",
      "aria-describedby": `${frame.heading}-whole`,
      oninput: () => {
        const number = read(box.value);
        tell(whole, number > MOST ? words.many : number === null || number > 0 ? "" : words.whole);
        set({ number: number > 0 && number <= MOST ? number : null });
      },
    });
    const whole = el("p", { class: "ws-soft ws-small", id: `${frame.heading}-whole`, role: "status" });
    const label = el("h3", { class: "ws-moment", id: `${frame.heading}-sure`, dir: "auto" }, words.sure);
    const sure = radios(spec.sure, label.id, (key) => set({ sure: key }));

    function set(changes) {
      mine.set(changes);
      const { number, sure: how } = mine.get();
      if (!number || !how) {
        if (frame.value !== null) frame.choose(null);
        else frame.page.changed();
        return;
      }
      const off = spec.off.find(({ upto }) => !upto || 100 * number <= upto * spec.beads);
      frame.choose(`${how}-${off.key}`);
    }

    function show(_, locked) {
      const said = mine.get();
      if (document.activeElement !== box) box.value = said.number ?? "";
      box.readOnly = locked;
      sure.show(said.sure ?? null, locked);
    }

    const asked = el(
      "div",
      {},
      el("p", { class: "ws-field" }, el("label", { for: box.id, dir: "auto" }, words.number), box),
      whole,
      label,
      sure.node,
      el("p", { class: "ws-soft ws-small", dir: "auto" }, words.only),
    );
    return { node: el("div", {}, picture(spec.picture), asked), asked, show };
  },
});
