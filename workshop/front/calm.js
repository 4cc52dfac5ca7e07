/* "Hide this": a blank page with one line takes the page's place. It stays so in this tab, for Back and Forward as well,
until a person reloads it: what they wrote must not be one press away. */

const NAME = "ws.hidden"; // the line, as long as this tab is hidden; wiped with everything else when the phone changes hands
const root = document.documentElement;

function words() {
  try {
    return sessionStorage.getItem(NAME);
  } catch {
    return null; // a browser that keeps nothing: then Back shows the page before
  }
}

function draw(line) {
  document.title = "Notes";
  if (root.classList.contains("ws-calm")) return;
  root.classList.add("ws-calm");
  const node = document.createElement("p");
  node.className = "ws-hidden-page";
  node.textContent = line;
  root.append(node); // not in the body, which may still be arriving
  window.scrollTo(0, 0);
}

/** Keep nothing of the page behind the line either; only once it has arrived. */
export const empty = () => document.body.replaceChildren();

/** Hide this page, and for `good` the other pages of this tab too. */
export function hide(line, good = true) {
  try {
    if (good) sessionStorage.setItem(NAME, line);
  } catch {
    /* the same */
  }
  draw(line);
  empty();
}

/** Whether this page is hidden; if it's one to which somebody came by Back, it's hidden now. */
export function hidden() {
  const line = words();
  if (line) draw(line);
  return Boolean(line);
}

const came = /** @type {PerformanceNavigationTiming} */ (performance.getEntriesByType("navigation")[0])?.type;
if (came === "reload")
  try {
    sessionStorage.removeItem(NAME);
  } catch {
    /* the same */
  }

// A browser may keep a page that was left, and show it again as it was before any script is asked.
window.addEventListener("pagehide", () => root.classList.add("ws-left"));
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) root.classList.remove("ws-left");
  else if (hidden()) root.classList.remove("ws-left");
  else location.reload();
});
