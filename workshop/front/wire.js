/* Messages between a page and its kernel, in the form `v1.kernel.websocket.jupyter.org`: a count, as many offsets, then the
parts: channel, header, parent header, metadata, content, and whatever is binary. */

import { random } from "./hash.js";

export const PROTOCOL = "v1.kernel.websocket.jupyter.org";
const FIXED = 5; // parts before the binary ones

/** {id, bytes}: a message for the kernel. Nothing binary goes from a page. */
export function pack(kind, content, session, metadata = {}) {
  const id = random(16);
  const header = { msg_id: id, msg_type: kind, session, username: "", date: new Date().toISOString(), version: "5.4" };
  const texts = ["shell", ...[header, {}, metadata, content].map((part) => JSON.stringify(part))];
  const parts = texts.map((text) => new TextEncoder().encode(text));
  const head = 8 * (parts.length + 2);
  const bytes = new Uint8Array(head + parts.reduce((sum, { length }) => sum + length, 0));
  const view = new DataView(bytes.buffer);
  const put = (at, number) => view.setUint32(8 * at, number, true); // half of 64 bits is enough, and older browsers have it
  put(0, parts.length + 1);
  let at = head;
  parts.forEach((part, i) => {
    put(i + 1, at);
    bytes.set(part, at);
    at += part.length;
  });
  put(parts.length + 1, at);
  return { id, bytes };
}

/** {kind, parent, content, buffers} of a kernel's message; `parent` is the id of the message that it answers. */
export function unpack(data) {
  const view = new DataView(data);
  const offsets = Array.from({ length: view.getUint32(0, true) }, (_, i) => view.getUint32(8 * (i + 1), true));
  const parsed = (i) => JSON.parse(new TextDecoder().decode(new Uint8Array(data, offsets[i], offsets[i + 1] - offsets[i])));
  const buffers = offsets.slice(FIXED, -1).map((from, i) => new DataView(data, from, offsets[FIXED + i + 1] - from));
  return { kind: parsed(1).msg_type, parent: parsed(2).msg_id, content: parsed(4), buffers };
}

/** Put binary parts back where they were taken from. */
export function join(state, paths = [], buffers = []) {
  paths.forEach((path, i) => {
    const last = path.length - 1;
    const inner = path.slice(0, last).reduce((part, name) => part[name], state);
    inner[path[last]] = buffers[i];
  });
  return state;
}
