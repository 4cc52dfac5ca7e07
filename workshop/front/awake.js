/* The screen that everyone sees falls asleep while people talk: nobody touches that laptop. */

/** Keep it awake while the page is to be seen, where a browser can: with https, or at this computer's own address. */
export function stayAwake(signal) {
  const ask = () => {
    if (document.visibilityState === "visible") navigator.wakeLock?.request("screen").catch(() => {}); // refused, e.g. to save power
  };
  document.addEventListener("visibilitychange", ask, { signal }); // a page that isn't to be seen loses it
  ask();
}
