/* A game in rounds. Each round is a question of its own and looks like one; the game shows one after the other, and at
the debrief what this person's tokens became: asked for once, and kept in this browser, since a server that was started again deals again. */

import { activity, Frame } from "./frame.js";
import { el, filled, radios, tell } from "./parts.js";
import { kept } from "./visitor.js";

const AGAIN = 3000; // ms between two tries

export default activity({
  body(frame, spec) {
    const { page } = frame;
    const { words } = spec;
    const move = { body: (inner, { options }) => radios(options, inner.heading, (key) => inner.choose(key)) };
    const rounds = spec.rounds.map((one) => {
      const heads = spec.rounds.length > 1 ? {} : { title: "" }; // an only round has the game's title, which stands above it
      const inner = new Frame(move, { ...one, ...heads, page: spec.page });
      const title = el("h2", { class: "ws-title", dir: "auto" }, one.title);
      const line = el("p", { class: "ws-soft", dir: "auto" });
      const ended = el("div", { class: "ws-ended", hidden: true }, title, line);
      return { one, inner, line, ended, node: el("div", { class: "ws-round" }, inner.root, ended) };
    });
    const paid = el("div", { class: "ws-paid", role: "status" });
    let shown = null;
    let asked = { for: null, at: -AGAIN, done: false };

    const label = ({ options }, value) => options.find(({ key }) => key === value)?.text;

    function draw() {
      const over = ({ id }) => (page.alone ? page.done(id) : page.phase(id) === "closed");
      const now = rounds.findIndex(({ one }) => !over(one));
      const last = now < 0 ? rounds.length - 1 : now - 1; // the last of those that are over
      rounds.forEach(({ one, inner, line, ended, node }, i) => {
        const unseen = page.phase(one.id) === "closed" && !one.revealed;
        node.hidden = i > last + 1 || (unseen && i < last); // a round that is over and not shown stays until the next one is over
        inner.root.hidden = unseen;
        ended.hidden = !unseen;
        const mine = page.own(one.id);
        if (unseen) tell(line, `${mine === null ? words.sat_out : filled(words.moved, { move: label(one, mine) })} ${words.unshown}`);
        inner.draw();
      });
      pay(page.alone ? now < 0 : page.phase(spec.id) === "closed");
    }

    function pay(due) {
      const moves = JSON.stringify(spec.rounds.map(({ id }) => page.own(id)));
      const name = `ws.${page.room}.paid.${spec.id}`;
      const known = page.alone ? null : kept.get(name);
      if (known) return show(JSON.parse(known));
      if (!due) return show(null);
      if (asked.for === moves && (asked.done || performance.now() - asked.at < AGAIN)) return;
      const mine = { for: moves, at: performance.now(), done: false };
      asked = mine;
      setTimeout(() => {
        if (!mine.done) page.changed();
      }, AGAIN + 100);
      page
        .payoffs(
          spec.id,
          spec.rounds.map(({ id }) => id),
        )
        .then((reply) => {
          if (reply.type !== "payoffs" || asked !== mine) return;
          mine.done = true;
          if (!page.alone) kept.set(name, JSON.stringify(reply.rounds));
          show(reply.rounds);
        });
    }

    function show(rounds) {
      // A round that no one has played says nothing about anyone.
      const result = rounds?.filter(({ number }) => page.alone || page.phase(spec.rounds[number - 1].id) === "closed");
      const text = JSON.stringify(result ?? null);
      if (text === shown) return;
      shown = text;
      paid.replaceChildren(
        ...(result == null
          ? [el("p", { class: "ws-soft" }, words.not_yet)]
          : [
              el("h2", { class: "ws-title" }, words.paid),
              el(
                "ul",
                { class: "ws-payoffs" },
                result.map((round) =>
                  el(
                    "li",
                    { dir: "auto" },
                    [
                      filled((spec.rounds.length === 1 && words.got_one) || words.got, round), // an only round needs no number
                      filled("size" in round ? words.sat : words.kept_all, round),
                      round.turned ? words.turned : "",
                      round.scripted ? filled(words.machine, round) : "",
                    ]
                      .filter(Boolean)
                      .join(" "),
                  ),
                ),
              ),
            ]),
      );
    }

    const told = spec.notices.map((text) => el("p", { class: "ws-soft", dir: "auto" }, text));
    return {
      node: el(
        "div",
        {},
        told,
        rounds.map(({ node }) => node),
        paid,
      ),
      draw,
    };
  },
});
