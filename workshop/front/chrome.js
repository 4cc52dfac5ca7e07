/* What surrounds a page in a room: the connection to its kernel, leaving and coming back, the bar above.
   A classic script, loaded before Voila's: it has to be there when Voila opens its websocket. */
(() => {
  // biome-ignore lint/suspicious/noRedundantUseStrict: it is served as a classic script
  "use strict";
  const [NO_MODEL, WATCHED] = ["Error displaying widget", 120_000]; // what Voila writes; ms that a page may take until its widgets are there
  const UNHEARD = 4000; // ms that a whole page has for its websocket before it asks
  const CHANNELS = /\/api\/kernels\/([^/]+)\/channels/;
  const sockets = new Set();
  let kernel = "",
    leaving = false,
    asking = 0,
    lost = 0;

  const tell = (detail) => {
    window.dispatchEvent(new CustomEvent("ws-connection", { detail }));
    clearTimeout(lost);
    const line = document.getElementById("ws-connection");
    if (!line) return;
    if (detail === "open") line.hidden = true;
    else
      lost = setTimeout(() => {
        line.hidden = false;
      }, 1500); // a short break isn't worth a word
  };

  // --- the kernel's websocket

  const Stock = window.WebSocket;
  window.WebSocket = class extends Stock {
    constructor(url, ...rest) {
      super(url, ...rest);
      const found = CHANNELS.exec(String(url));
      if (!found) return;
      kernel = decodeURIComponent(found[1]);
      this.addEventListener("open", () => {
        sockets.add(this);
        tell("open");
      });
      this.addEventListener("close", () => {
        sockets.delete(this);
        if (leaving || sockets.size) return;
        tell("closed");
        ask();
      });
    }
  };

  /** Is our kernel alive? If not, one reload brings a new one; drafts and outbox are in this browser. */
  async function ask() {
    clearTimeout(asking);
    if (leaving || !kernel || sockets.size) return;
    let status = 0;
    try {
      status = (await fetch(`/alive/${kernel}`, { cache: "no-store" })).status;
    } catch {
      /* the server is away: ask again */
    }
    if (status === 410) return again();
    asking = setTimeout(ask, 1000 + 1000 * Math.random());
  }

  /** Reload after a short random wait, so that a room doesn't come back all at once; never in a quick loop. */
  function again() {
    const last = Number(sessionStorage.getItem("ws.reloaded") ?? 0);
    const since = Math.abs(Date.now() - last);
    const rest = since < 15000 ? 15000 - since : 0;
    setTimeout(
      () => {
        if (leaving) return;
        sessionStorage.setItem("ws.reloaded", String(Date.now()));
        location.reload();
      },
      rest + 1500 * Math.random(),
    );
  }

  /** The kernel that this page was made with; none if the page was never completed. */
  const given = () => JSON.parse(document.getElementById("jupyter-config-data")?.textContent || "{}").kernelId ?? "";

  // --- leaving and coming back

  // Voila lets go of its kernel at `beforeunload`, which also comes with a tel: link or a download, where no one leaves.
  const listen = window.addEventListener;
  window.addEventListener = function (type, ...rest) {
    if (type !== "beforeunload") listen.call(this, type, ...rest);
  };

  window.addEventListener("pagehide", () => {
    leaving = true;
    const id = kernel || given();
    if (id) navigator.sendBeacon(`/voila/api/shutdown/${id}`);
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
  window.addEventListener("online", ask);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") ask();
  });

  // While everyone goes together, the words ahead wait for the questions before them from the first moment on.
  try {
    if (sessionStorage.getItem("workshop.pace") === "together") document.documentElement.classList.add("ws-together");
  } catch {
    /* a browser that keeps nothing */
  }

  // --- each cell's output goes to the place that was kept for it

  // The page arrives in pieces, and holds no scripts of its own: a sign after each output says that it is whole.
  function settle(sign) {
    const arrived = sign.previousElementSibling;
    const place = document.getElementById(`ws-place-${arrived.dataset.place}`);
    place.append(...arrived.childNodes);
    if (!place.textContent.trim() && !place.querySelector("script")) place.classList.remove("ws-awaited");
    arrived.remove();
    sign.remove();
  }
  const settleAll = () => document.querySelectorAll(".ws-whole").forEach(settle);
  const watch = new MutationObserver(settleAll);
  watch.observe(document.documentElement, { childList: true, subtree: true });
  document.addEventListener("DOMContentLoaded", () => {
    settleAll();
    watch.disconnect();
    // If a kernel ended before Voila asked for it, no websocket closes, and the page would wait for ever.
    kernel ||= given();
    asking = setTimeout(ask, UNHEARD);
    // On an overloaded machine Voila may give up waiting for a kernel's widgets, and its message would stay for good.
    const look = setInterval(() => {
      if (leaving || performance.now() > WATCHED) clearInterval(look);
      else if ([...document.querySelectorAll("[id^=ws-place-]")].some((place) => place.textContent.includes(NO_MODEL))) {
        clearInterval(look);
        again();
      }
    }, 2000);
  });

  // --- the bar

  function hide(words) {
    leaving = true;
    document.title = "Notes";
    const line = document.createElement("p");
    line.className = "ws-hidden-page";
    line.textContent = words;
    document.body.replaceChildren(line);
    window.scrollTo(0, 0);
  }

  // Someone else holds this phone: nothing is left to see at once, and then nothing in memory either.
  window.addEventListener("ws-replaced", () => {
    const words = document.getElementById("ws-hide")?.dataset.replaced;
    if (!words) return;
    hide(words);
    location.replace("/");
  });

  document.addEventListener("click", ({ target }) => {
    const pressed = (selector) => /** @type {HTMLElement} */ (/** @type {Element} */ (target).closest(selector));
    if (pressed("#ws-hide")) hide(pressed("#ws-hide").dataset.hidden);
    if (pressed("#ws-help")) /** @type {HTMLDialogElement} */ (document.getElementById("ws-support")).showModal();
  });
})();
