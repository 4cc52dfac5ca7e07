/* The join page. Consents and secrets stay in this browser; the code alone is sent.
   Whose they are is for `visitor.js` to say: the join page, the bar and the pages share that one module. */

import { address } from "./address.js";
import { read } from "./answers.js";
import { fails, works } from "./lifeless.js";
import { keeps, met, samePerson, setConsent, somebodyElse } from "./visitor.js";

const here = (id) => /** @type {any} */ (document.getElementById(id));

async function begin() {
  const root = here("join"),
    form = here("form"),
    message = here("message"),
    enter = here("enter");
  let before = {}; // the consents of the person who was here

  const say = (text) => {
    message.textContent = text;
    message.scrollIntoView({ block: "center" });
  };

  // The QR code brings the code: nothing to type, one card less before the first switch.
  const showCode = (wanted) => {
    here("codes").hidden = !wanted;
    here("known").hidden = wanted;
  };

  /** Nobody inherits: where this browser has been in this workshop, the person who holds it says first who they are. */
  function ask(been) {
    here("again").hidden = !been;
    here("rest").hidden = been;
  }

  function show(switches) {
    ["part", "keep", "share"].forEach((name) => {
      here(name).checked = Boolean(switches[name]);
    });
  }

  here("same").addEventListener("click", () => {
    samePerson();
    ask(false);
    show(before);
    if (before.part) come();
  });

  here("other").addEventListener("click", async () => {
    somebodyElse();
    before = {};
    try {
      const answer = await fetch(address("another"), { method: "POST" });
      if (answer.status !== 204) {
        const { said, reason } = await read(answer);
        return say(said?.message ?? root.dataset[reason]);
      }
    } catch {
      return say(root.dataset.offline);
    }
    message.textContent = "";
    ask(false);
    show({});
    here(here("code").value ? "part" : "code").focus();
  });

  here("part").addEventListener("change", () => {
    here("needed").hidden = true;
  });

  async function knock() {
    const body = new URLSearchParams({ code: here("code").value, next: root.dataset.next });
    const answer = await fetch(address("join"), { method: "POST", body });
    const { said, reason } = await read(answer);
    if (reason) return say(root.dataset[reason]);
    if (answer.status === 429) {
      say(said.message);
      await new Promise((done) => {
        setTimeout(done, 3000);
      });
      return knock();
    }
    if (answer.status === 404) showCode(true);
    if (!answer.ok) return say(said.message);
    setConsent({ part: true, keep: here("keep").checked, share: here("share").checked });
    sessionStorage.setItem("ws.code", here("code").value);
    location.assign(said.go);
  }

  async function come() {
    message.textContent = "";
    if (!here("part").checked) {
      here("needed").hidden = false;
      here("part").focus();
      return;
    }
    if (!here("code").value.trim()) {
      say(root.dataset.noCode);
      here("code").focus();
      return;
    }
    enter.disabled = true;
    try {
      await knock();
    } catch {
      say(root.dataset.offline);
    } finally {
      enter.disabled = false;
    }
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    come();
  });

  works();
  here("nothing").hidden = keeps;
  form.hidden = !keeps; // the next page would know nothing of what was switched on here
  if (!keeps) return;
  if (here("code").value) showCode(false);
  else here("code").value = sessionStorage.getItem("ws.code") ?? "";
  const consents = await met();
  before = consents ?? {};
  ask(Boolean(consents || root.dataset.been));
}

const start = () => begin().catch(fails);
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();
