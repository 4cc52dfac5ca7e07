/* My page: save it as a file, bring it back, or wipe the phone. */

import { activity } from "./frame.js";
import { staying } from "./own.js";
import { el, tell } from "./parts.js";
import { download, restoring, whole } from "./saved.js";
import { forget } from "./visitor.js";

export default activity({
  mark: (frame) => ["lock", staying(frame)],
  body(frame, spec) {
    const { words } = spec;
    const said = el("p", { class: "ws-line", role: "status" });
    const save = el("button", {
      type: "button",
      class: "ws-button ws-main ws-save",
      onclick: async () => {
        tell(said, ""); // a second file is news again
        save.setAttribute("aria-disabled", "true");
        download(await whole(frame.page, spec.catalogue ?? [], words), words.file);
        tell(said, words.saved);
        save.setAttribute("aria-disabled", "false");
      },
    });
    // Two taps, the second one in another place: only the file brings back what is wiped.
    const ask = el("summary");
    const warning = el("p", { class: "ws-small" });
    const wipe = el("button", { type: "button", class: "ws-button ws-wipe", onclick: leave });
    const asked = el("details", { class: "ws-forget" }, ask, warning, el("div", { class: "ws-row" }, wipe));
    function leave() {
      forget();
      asked.open = false;
      if (!frame.page.alone) location.assign("/");
    }
    const draw = () => {
      tell(save, frame.page.word("buttons.save"));
      tell(ask, frame.page.word("buttons.forget"));
      tell(warning, frame.page.word("page.wipe_what"));
      tell(wipe, frame.page.word("page.wipe"));
    };
    return { node: el("div", { class: "ws-mypage" }, el("div", { class: "ws-row" }, save), said, restoring(words), asked), draw };
  },
});
