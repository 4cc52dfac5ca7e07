/* At the desk: this computer's other addresses, for when phones can't open the one that was chosen. */

import { address, served } from "./address.js";
import { host } from "./display.js";
import { el } from "./parts.js";

/** A list that asks for the addresses when it's opened. `word(name, values)`: the desk's words; `url`: the address now. */
export function elsewhere(word, url) {
  if (!served) return "";
  const list = el("div", { class: "ws-elsewhere" });
  const details = el("details", {}, el("summary", {}, word("desk.elsewhere")), list);
  details.addEventListener("toggle", async () => {
    if (!details.open) return;
    const { addresses } = await asked();
    const others = addresses.filter((one) => !host(url).startsWith(`${one.address}:`) && !host(url).startsWith(`[${one.address}]:`));
    list.replaceChildren(...(others.length ? others.map(choice) : [el("p", { class: "ws-soft" }, word("desk.nowhere_else"))]));
  });

  function choice(one) {
    const name = word("desk.address", { address: one.address, kind: word(`desk.net_${one.kind}`), name: one.name });
    return el("button", { type: "button", class: "skip", onclick: () => choose(one.address) }, name);
  }

  return details;
}

async function asked() {
  try {
    return await (await fetch(address("addresses"), { cache: "no-store" })).json();
  } catch {
    return { addresses: [] }; // the line above says that there's no connection
  }
}

/** The desk's next state brings the new address and its code. */
const choose = (chosen) => fetch(address("addresses"), { method: "POST", body: new URLSearchParams({ address: chosen }) }).catch(() => {});
