/* A model to try out. Its controls are this page's; each run asks the kernel for a figure, a sentence and a table, at
most one at a time: while one is on its way only the newest setting waits. */

import { activity } from "./frame.js";
import { line } from "./own.js";
import { el, same, svg, tell } from "./parts.js";
import { plotly, prefetch, token } from "./plotly.js";

const GIVEN_UP = 6000; // ms after which a run is given up; the first one loads the model
const LENGTHS = { solid: "", dot: "2 5", dash: "9 5" };

/** What a line of the figure looks like, and what it is called. */
const legend = (traces) =>
  el(
    "ul",
    { class: "ws-legend" },
    traces.map(({ name, line: { dash, width }, meta }) =>
      el(
        "li",
        {},
        svg(
          "svg",
          { viewBox: "0 0 34 12", width: 34, height: 12, "aria-hidden": "true" },
          svg("path", { d: "M2 6H32", "stroke-width": width, "stroke-dasharray": LENGTHS[dash], style: `stroke: var(--ws-${meta})` }),
        ),
        el("span", { dir: "auto" }, name),
      ),
    ),
  );

function dressed({ data, layout }, node) {
  const [ink, soft, rule] = ["--ws-ink", "--ws-soft", "--ws-line"].map((name) => token(node, name));
  const axis = (one) => ({ ...one, color: soft, gridcolor: rule, linecolor: rule, automargin: true });
  return [
    data.map((trace) => ({ ...trace, line: { ...trace.line, color: token(node, `--ws-${trace.meta}`) }, hoverinfo: "skip" })),
    {
      ...layout,
      xaxis: axis(layout.xaxis),
      yaxis: axis(layout.yaxis),
      font: { family: token(node, "--ws-sans"), size: 14, color: ink },
      paper_bgcolor: "transparent",
      plot_bgcolor: "transparent",
      autosize: true,
    },
  ];
}

export default activity({
  skip: true,
  body(frame, spec) {
    const { page } = frame;
    const { words } = spec;
    let values = { ...spec.start };
    let began = false;
    let wanted = null;
    let flying = false;
    let owed = 0; // runs that were given up
    let last = null;

    function set(key, value) {
      values = { ...values, [key]: value };
      drawControls();
      if (began) ask();
    }

    // --- one run at a time, the newest next
    function ask() {
      began = true;
      wanted = values;
      if (!flying) fly();
    }
    async function fly() {
      flying = true;
      while (wanted) {
        const now = wanted;
        wanted = null;
        const run = await Promise.race([page.simulate(spec.id, now), new Promise((wake) => setTimeout(wake, GIVEN_UP))]);
        if (!node.isConnected) break;
        if (run?.figure) {
          shown(run);
          // The answer to a run that was given up came after all: the present one is still to be answered.
          if (owed && !same(run.values, now)) wanted ??= now;
          owed = 0;
        } else {
          out.hidden = false;
          tell(sentence, run?.message ?? words.away);
          if (!run) {
            owed += 1;
            wanted ??= now;
          }
        }
      }
      flying = false;
    }

    // --- the controls
    const named = (key, text) => {
      const id = `${frame.heading}-${key}`;
      return { id, wrap: (node) => el("div", { class: "ws-control" }, el("h3", { class: "ws-moment", id, dir: "auto" }, text), node) };
    };
    const reading = (reads) => (number) =>
      reads.replace("{number}", String(Number(number.toFixed(6))).replace("-", "−")).replace("{percent}", Math.round(100 * number));
    const controls = [
      ...spec.sliders.map((one) => {
        const { id, wrap } = named(one.key, one.text);
        const control = line({ ...one, label: id, reads: reading(one.reads), words, change: (number) => set(one.key, number) });
        return { node: wrap(control.node), draw: () => control.show(values[one.key]) };
      }),
      // A list that opens: with long radio groups the figure would be out of sight.
      ...spec.picks.map((one) => {
        const { id, wrap } = named(one.key, one.text);
        const list = el(
          "select",
          { class: "ws-journal", "aria-labelledby": id, dir: "auto", onchange: () => set(one.key, list.value) },
          one.options.map(({ key, text }) => el("option", { value: key }, text)),
        );
        return {
          node: wrap(list),
          draw: () => {
            list.value = values[one.key];
          },
        };
      }),
      ...spec.switches.map((one) => {
        const box = el(
          "button",
          { type: "button", class: "ws-switch", role: "switch", onclick: () => set(one.key, !values[one.key]) },
          el("span", { class: "ws-track", "aria-hidden": "true" }),
          el("span", { dir: "auto" }, one.text),
        );
        return { node: box, draw: () => box.setAttribute("aria-checked", String(values[one.key])) };
      }),
      ...spec.buttons.map((one) => {
        const press = () => {
          for (const key of one.resets) values = { ...values, [key]: spec.start[key] };
          set(one.key, (values[one.key] + 1) % 1000);
          if (!began) ask();
        };
        return { node: el("button", { type: "button", class: "ws-button", onclick: press }, one.text), draw() {} };
      }),
    ];
    const drawControls = () => controls.forEach((control) => control.draw());

    // --- what came out
    const sentence = el("p", { class: "ws-happened", role: "status", dir: "auto" });
    const key = el("div");
    const chart = el("div", { class: "ws-chart", role: "img" });
    const rows = el("table");
    const table = el("details", { class: "ws-table" }, el("summary"), rows);
    const out = el("div", { class: "ws-run", hidden: true }, sentence, key, chart, table);
    const run = el("button", { type: "button", class: "ws-button ws-main", onclick: () => ask() }, words.run);
    const again = el(
      "button",
      {
        type: "button",
        class: "ws-button",
        onclick: () => {
          values = { ...spec.start };
          drawControls();
          ask();
        },
      },
      words.again,
    );

    function shown(answer) {
      last = answer;
      out.hidden = false;
      run.hidden = true;
      again.hidden = false;
      tell(sentence, answer.sentence);
      chart.setAttribute("aria-label", answer.sentence);
      key.replaceChildren(legend(answer.figure.data));
      tell(table.firstChild, page.word("page.table"));
      const [head, ...body] = answer.table;
      rows.replaceChildren(
        el(
          "thead",
          {},
          el(
            "tr",
            {},
            head.map((cell) => el("th", { scope: "col", dir: "auto" }, cell)),
          ),
        ),
        el(
          "tbody",
          {},
          body.map(([first, ...cells]) =>
            el(
              "tr",
              {},
              el("th", { scope: "row" }, first),
              cells.map((cell) => el("td", {}, cell)),
            ),
          ),
        ),
      );
      plotly(page)
        .then((Plotly) => {
          if (last !== answer) return undefined;
          return Plotly.react(chart, ...dressed(answer.figure, chart), { staticPlot: true, responsive: true });
        })
        .catch(() => {
          table.open = true;
        });
    }

    // A figure keeps its colours; when the screen turns dark or light it is drawn again.
    matchMedia("(prefers-color-scheme: dark)").addEventListener?.("change", () => {
      if (last && node.isConnected) shown(last);
    });
    again.hidden = true;
    drawControls();
    const node = el(
      "div",
      {},
      el(
        "div",
        { class: "ws-controls" },
        controls.map((control) => control.node),
      ),
      el("div", { class: "ws-row" }, run, again),
      out,
      el("p", { class: "ws-soft ws-small ws-illustration", dir: "auto" }, words.illustration),
    );
    return { node, draw: () => prefetch(page) };
  },
});
