/* The desk: who is here, what to say and do now, the questions of the module with their controls and reveals.
It shows how many are done and never who, nor anything of what was answered before the close. */

import { DebriefCard, QuestionCard } from "./cards.js";
import { Display, host } from "./display.js";
import { elsewhere } from "./elsewhere.js";
import { el, tell } from "./parts.js";
import { Session } from "./session.js";
import { Setup, Standing } from "./standing.js";

const CARDS = 250; // ms between two looks at what is closing
const CLOCKS = 500; // ms between two looks at the clocks

export default {
  render({ model, el: root, signal }) {
    const desk = new Board(model, signal);
    root.append(desk.root);
    desk.draw();
  },
};

/** @import { BoardState, DeclaredModule } from "./messages" */

/** @extends {Display<BoardState>} */
class Board extends Display {
  #cards = new Map(); // question, or the last game -> its card
  #slug = null;

  constructor(model, signal) {
    super(model, signal);
    const w = (name) => this.word(name);
    this.only = model.get("only");
    this.trouble = el("p", { class: "ws-trouble", role: "alert", hidden: true });
    this.front = el("div");
    this.others = el("div");
    this.rest = el("details", { class: "ws-others" }, el("summary", {}, w("desk.others")), this.others);
    this.talk = el("div", { class: "ws-card", hidden: true }); // questions to talk about
    this.chooser = el("div", { class: "ws-chooser" });
    this.setup = new Setup(this);
    this.session = new Session(this);
    this.standing = new Standing(this);
    this.join = el("div", { class: "ws-card ws-join" });
    this.start = el("aside", {}, this.session.whole, this.session.steps, this.chooser);
    const screen = this.only
      ? el("div", { class: "ws-one" }, this.trouble, this.front)
      : el(
          "div",
          { class: "ws-desk" },
          this.start,
          el("div", {}, this.trouble, this.setup.node, this.session.now, this.front, this.rest),
          el("aside", {}, this.join, this.standing.node, this.talk, this.session.side),
        );
    this.root = el(
      "section",
      { class: "ws-root ws-board", "data-lm-suppress-shortcuts": "true", "aria-label": w("desk.questions") },
      screen,
    );
    if (!this.only) {
      this.every(CLOCKS, () => {
        this.session.tick();
        this.standing.tick();
      });
    }
    this.every(CARDS, () => this.#cards.forEach((card) => card.tick()));
    model.on("change:plan", () => this.draw());
  }

  draw() {
    const { state, view } = this;
    if (!state.module) return;
    if (state.module.slug !== this.#slug) this.#take(state.module);
    const trouble = !state.running
      ? this.word("desk.none")
      : view.ended
        ? this.word("desk.ended")
        : !this.connected
          ? this.word("desk.away")
          : this.said;
    this.trouble.hidden = !trouble;
    tell(this.trouble, trouble);
    this.#cards.forEach((card) => card.draw());
    if (this.only) return;
    this.#arrange();
    this.session.draw();
    this.#choose();
    this.setup.draw();
    // In the middle until the session has begun, then out of the way.
    if (view.plan?.begun && this.setup.node.parentNode !== this.start) this.start.append(this.setup.node);
    this.standing.draw();
    this.#joining();
  }

  /** Another module: its questions. @param {DeclaredModule} module */
  #take(module) {
    this.#slug = module.slug;
    this.#cards.clear();
    const mains = module.questions.filter(({ id, game, with: main }) => (this.only ? [id, game].includes(this.only) : !main));
    for (const question of mains) this.#cards.set(question.id, new QuestionCard(this, question));
    const games = module.games.filter((id) => !this.only || id === this.only);
    if (games.length) this.#cards.set(games.at(-1), new DebriefCard(this, module.slug, games));
    this.others.replaceChildren(); // the cards of the module before
    this.front.replaceChildren(...[...this.#cards.values()].map(({ node }) => node));
  }

  /** The card that is on now stands in front, with the questions to talk about it; the others are folded. */
  #arrange() {
    const { front, module } = this.state;
    const card = this.#cards.get(front?.card);
    for (const [id, { node }] of this.#cards) {
      node.classList.toggle("ws-present", id === front?.card && front.here);
      const place = id === front?.card ? this.front : this.others;
      if (node.parentNode !== place) place.append(node);
    }
    this.rest.hidden = this.#cards.size < (card ? 2 : 1);
    const asked = card ? module.questions.filter((one) => card.about(one)).flatMap(({ debrief }) => debrief) : [];
    this.talk.hidden = !asked.length;
    const text = JSON.stringify(asked);
    if (this.talk.dataset.asked === text) return;
    this.talk.dataset.asked = text;
    this.talk.replaceChildren(el("h2", {}, this.word("desk.ask")), ...asked.map((one) => el("p", {}, one)));
  }

  #choose() {
    const { modules, running } = this.state;
    const open = this.view.module;
    const now = JSON.stringify([modules, open, running]);
    if (this.chosen === now) return;
    this.chosen = now;
    const field = el(
      "select",
      { id: "ws-modules", "aria-label": this.word("desk.module") },
      modules.map(({ slug, title, number, minutes }) =>
        el(
          "option",
          { value: slug, selected: slug === (open ?? modules[0].slug) },
          `${number}. ${title} · ${minutes} ${this.word("desk.minutes")}`,
        ),
      ),
    );
    const button = el(
      "button",
      {
        type: "button",
        class: `ws-button ws-open-module${open ? "" : " ws-main"}`,
        "aria-disabled": String(!running),
        onclick: () => this.ask({ type: "module", slug: field.value }),
      },
      this.word("desk.choose"),
    );
    this.chooser.replaceChildren(field, button);
  }

  #joining() {
    const { view } = this;
    const { qr } = this.state;
    this.join.hidden = !view.code;
    if (!view.code) return;
    const said = `${view.moved} ${qr}`;
    if (this.joined !== said) {
      this.joined = said;
      this.people = el("b");
      this.join.replaceChildren(
        view.mode === "rehearsal" ? el("p", { class: "ws-rehearsal" }, this.word("desk.rehearsal")) : "",
        el("p", { class: "ws-soft ws-small" }, `${this.word("desk.join")} `, el("span", { class: "ws-address" }, host(view.join_url))),
        el("p", { class: "ws-code" }, view.code),
        el("img", { class: "ws-qr", src: qr, alt: "" }),
        elsewhere(this.word.bind(this), view.join_url),
        view.moved ? el("p", { class: "ws-moved" }, this.word("desk.moved")) : "",
        el("p", {}, this.people),
      );
    }
    tell(this.people, this.word("desk.here", { joined: view.joined ?? 0, awake: view.awake ?? 0 }));
  }
}
