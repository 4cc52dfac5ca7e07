// biome-ignore-all lint/complexity/useArrowFunction: for browsers of any age
// biome-ignore-all lint/complexity/useLiteralKeys: TypeScript knows no window.workshop
/* For a page whose own script is missing: it was lost on the way, or this browser is too old to read it. A script that was lost is
   asked for once more; then the page is, once; then the words that stand in the page are shown.
   Browsers of any age have to understand this file, so it's written as in 2009. */
(function () {
  var page = document.documentElement;

  function say() {
    page.className += " ws-stuck";
  }

  function look() {
    if (window["workshop"]) return;
    var missing = document.querySelector("script[data-part]");
    var script = document.createElement("script");
    script.onload = function () {
      if (!window["workshop"]) say();
    };
    script.onerror = function () {
      if (performance.navigation.type === 1) say();
      else location.reload();
    };
    script.setAttribute("data-part", missing.getAttribute("data-part"));
    script.src = missing.getAttribute("src");
    page.appendChild(script);
  }

  // By then the page's script has come, or has failed.
  if (document.readyState === "complete") look();
  else window.addEventListener("load", look);
})();
