/* Where this server's addresses begin: at the top of its name, or under the path at which a proxy shows it. The one script of
every page comes from its `assets/<digest>/`, so the page's own script says it, whatever stands in front. */

const TOP = /** @type {HTMLScriptElement | null} */ (document.querySelector("script[data-part]"))?.src;

/** Whether a workshop's server has brought this page, and not JupyterLab. */
export const served = Boolean(TOP);

/** The whole address of `path` on this server; no slash at its beginning. */
export function address(path) {
  return TOP ? new URL(`../../${path}`, TOP).href : `${location.origin}/${path}`;
}
