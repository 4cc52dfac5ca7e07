/* The words that stand in a page until its script works, for a browser that is too old for it, or a script that never came.
`look.css` shows them after a while, whatever happens to the scripts. Their link loads the page again without any script. */

const { classList } = document.documentElement;

/** The script works: take the words away. */
export const works = () => classList.add("ws-works");

/** It doesn't, and won't: show them now. */
export function fails() {
  classList.remove("ws-works");
  classList.add("ws-stuck");
}

/** Something was lost on the way: `reload` the page, unless that has been tried; then say so. */
export function lost(reload) {
  const [how] = performance.getEntriesByType("navigation");
  if (/** @type {PerformanceNavigationTiming} */ (how)?.type === "reload") fails();
  else reload();
}
