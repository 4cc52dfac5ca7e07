/* The one line of a page about its connection: said once when it's lost, once when it's back, and once what is wrong with it. */

const BLINK = 1500; // ms: a shorter loss is no news
const FIRST = 4000; // ms that a page has for its first connection
const BACK = 5000; // ms for which "connected again" stands

/** Follow the connection; does nothing on a page without that line. */
export function notice() {
  const line = document.getElementById("ws-connection");
  if (!line) return;
  let stands = "none"; // what the line says; its text may be a translator's
  let coming = setTimeout(say, FIRST, "lost");

  function say(what) {
    stands = what;
    line.textContent = line.dataset[what] ?? "";
    line.hidden = !line.textContent;
  }

  window.addEventListener("ws-connection", (event) => {
    const { detail } = /** @type {CustomEvent} */ (event);
    if (detail === "blocked" || detail === "astray") {
      clearTimeout(coming);
      if (stands !== detail) say(detail);
    } else if (detail === "open") {
      clearTimeout(coming);
      if (line.hidden) return;
      say("back");
      coming = setTimeout(say, BACK, "none");
    } else if (line.hidden || stands === "back") {
      clearTimeout(coming);
      coming = setTimeout(say, BLINK, "lost");
    }
  });
}
