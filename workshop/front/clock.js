/* The time, by a clock that goes on while a phone sleeps: `performance.now()` stands still then. */

const LOOK = 1000; // ms between two looks
const JUMP = 1500; // ms by which a second may be longer before it was a sleep, or a clock that was set

export const now = () => Date.now();

let seen = [now(), performance.now()];

/** Parts that show a time from the room ask again after a sleep, or after somebody has set the phone's clock. */
function look() {
  const before = seen;
  seen = [now(), performance.now()];
  const passed = [seen[0] - before[0], seen[1] - before[1]];
  if (Math.abs(passed[0] - passed[1]) > JUMP || passed[1] > LOOK + 10 * JUMP) window.dispatchEvent(new CustomEvent("ws-woke"));
}
setInterval(look, LOOK);
document.addEventListener("visibilitychange", look);
