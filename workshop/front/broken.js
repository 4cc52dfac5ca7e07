/* A page that broke off on its way, because its server went or the wifi did: it's loaded again once somebody there answers.
A browser that reloads earlier would show its own page about a server that can't be found. */

import { alive } from "./alive.js";
import { reload } from "./connection.js";

const NOBODYS = "00000000-0000-0000-0000-000000000000"; // a broken page doesn't know its kernel; 410: somebody there can answer

/** Takes the place of the line to a kernel. */
export function broken() {
  const line = {
    left: false,
    leave() {
      line.left = true;
    },
  };
  (async () => {
    while (!line.left && (await alive(NOBODYS)) !== 410)
      await new Promise((resolve) => {
        setTimeout(resolve, 1000 + 1000 * Math.random());
      });
    if (!line.left) reload(line);
  })();
  return line;
}
