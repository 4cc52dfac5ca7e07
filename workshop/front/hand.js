/* What the facilitator does by hand at the desk: totals from paper before the close, texts to be read after it. */

import { el, OWN, tell } from "./parts.js";
import { whole } from "./typed.js";

const MOST = 999; // sheets

/** @import { BoardState } from "./messages" */
/** @import { Display } from "./display.js" */

/** Fields for what was counted on paper, one for each answer; folded, because most rooms need none of it.
 * @param {Display<BoardState>} board */
export function paper(board, question) {
  const w = (name, filled) => board.word(name, filled);
  const wrong = el("p", { class: "ws-soft ws-small", id: `ws-wrong-${question.id}`, role: "alert" }, "");
  const field = (label) => {
    // Not a number's own field: the mouse's wheel would change it, and what it can't read it would give as nothing.
    const input = el("input", {
      inputmode: "numeric",
      autocomplete: "off",
      maxlength: 12,
      class: "ws-number",
      "aria-describedby": wrong.id,
    });
    return { input, node: el("label", { class: "ws-tally" }, el("span", { dir: "auto" }, label), input) };
  };
  const fields = question.cells.map(([key, label]) => ({ key, ...field(label) }));
  const sheets = question.exclusive ? null : field(w("desk.sheets"));
  const said = el("p", { class: "ws-soft ws-small", role: "status" });
  const number = ({ input }) => whole(input.value) ?? 0;
  const readable = (one) => number(one) <= MOST;
  /** Mark what can't be read; whether there is nothing of the kind. */
  function look() {
    const all = [...fields, ...(sheets ? [sheets] : [])];
    for (const one of all) one.input.setAttribute("aria-invalid", String(!readable(one)));
    const first = all.find((one) => !readable(one));
    tell(wrong, first ? w("desk.number", { most: MOST }) : "");
    first?.input.focus();
    return !first;
  }
  const keep = el(
    "button",
    {
      type: "button",
      class: "ws-button",
      onclick: () => {
        if (!look()) return;
        board.ask({
          type: "tally",
          question: question.id,
          people: sheets ? number(sheets) : null,
          cells: Object.fromEntries(fields.map((one) => [one.key, number(one)])),
        });
      },
    },
    w("desk.tally"),
  );
  const inner = el("div");
  const fill = () =>
    inner.replaceChildren(
      ...[
        el("p", { class: "ws-soft ws-small" }, w("desk.paper_rule")),
        ...fields.map((one) => one.node),
        sheets?.node,
        wrong,
        keep,
        said,
      ].filter(Boolean),
    );
  const node = el("details", { class: "ws-paper", ontoggle: fill }, el("summary", {}, w("desk.paper")), inner);
  return {
    node,
    draw(counted, open) {
      node.hidden = !open;
      tell(said, counted ? w("desk.counted", { sheets: counted }) : "");
    },
  };
}

/** All texts of a question at once, in the one random order; those that are ticked may be shown.
 * @param {Display<BoardState>} board */
export function texts(board, question) {
  const w = (name, filled) => board.word(name, filled);
  const node = el("div", { class: "ws-batch" });
  let drawn = null;
  return {
    node,
    draw(batch) {
      node.hidden = !batch;
      const now = batch ? JSON.stringify(batch) : null;
      if (now === drawn) return;
      drawn = now;
      if (!batch) return node.replaceChildren();
      const boxes = batch.texts.map(() => el("input", { type: "checkbox", onchange: () => count() }));
      const chosen = () => boxes.flatMap((box, place) => (box.checked ? [place] : []));
      const show = el("button", {
        type: "button",
        class: "ws-button ws-main",
        onclick: () => board.ask({ type: "approve", question: question.id, chosen: chosen() }),
      });
      const count = () => {
        const many = chosen().length;
        tell(show, many < batch.least ? w("desk.show_none", { least: batch.least }) : w("desk.show_texts", { many }));
      };
      node.replaceChildren(
        el("p", {}, w("desk.read", { least: batch.least })),
        ...batch.texts.map(({ text, flags }, place) =>
          el(
            "label",
            { class: "ws-one-text" },
            boxes[place],
            el("span", OWN, text),
            Object.keys(flags).length
              ? el("span", { class: "ws-flags" }, `${w("desk.look_at")} `, el("span", OWN, Object.values(flags).flat().join(" · ")))
              : null,
          ),
        ),
        show,
      );
      count();
    },
  };
}
