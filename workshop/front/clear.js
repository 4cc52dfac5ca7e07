/* Bars and pills stay where they are while a page scrolls. What gets the focus comes to stand clear of them; and where they
would take half of the window, on a small screen or with large letters, they scroll along with the page instead. */

const STAYING = ".top, .ws-connection, .ws-filling, .ws-starting, .ws-timer, .ws-along, .ws-here";
const MOST = 0.5; // of the window's height
const OUTLINE = 6; // px around what has the focus

/** Begin; called once, by the page. */
export function keepClear() {
  const root = document.documentElement;
  const nodes = () => /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(STAYING));

  function measure() {
    root.classList.remove("ws-tight");
    let [over, under] = [0, 0];
    for (const node of nodes()) {
      const { position, top, bottom } = getComputedStyle(node);
      const height = node.offsetHeight;
      if (height && position === "sticky") over = Math.max(over, Number.parseFloat(top) + height + OUTLINE);
      if (height && position === "fixed") under = Math.max(under, Number.parseFloat(bottom) + height + OUTLINE);
    }
    const tight = over + under > MOST * window.innerHeight;
    root.classList.toggle("ws-tight", tight);
    root.style.scrollPaddingBlock = tight ? "" : `${over}px ${under}px`;
    document.body.style.paddingBlockEnd = tight ? "" : `${under}px`; // else the page's last links could come no further up
  }

  const sizes = new ResizeObserver(measure); // what is hidden has no size, so it tells of that too
  const find = () => nodes().forEach((node) => sizes.observe(node));
  new MutationObserver(find).observe(document.body, { childList: true }); // pills come later, at the end of the body
  window.addEventListener("resize", measure);
  find();
}
