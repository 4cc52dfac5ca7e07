/* Voila asks for a MathJax at every page, and would fetch it from a CDN. Our pages have no formulas: this is enough. */
/** @type {any} */ (window).MathJax = {
  Hub: { Config() {}, Configured() {}, Queue() {}, Register: { StartupHook() {} } },
  Ajax: {},
  InputJax: {},
};
