/* My page: save it as a file, bring it back, or wipe the phone. */

import { deleting } from "./deleting.js";
import { activity } from "./frame.js";
import { staying } from "./own.js";
import { box, copied, el, tell } from "./parts.js";
import { asText, download, restoring, whole } from "./saved.js";

export default activity({
  mark: (frame) => ["lock", staying(frame)],
  body(frame, spec) {
    const { words } = spec;
    let file = ""; // what was made last
    const button = (name, press, text = "") => el("button", { type: "button", class: `ws-button ws-${name}`, onclick: press }, text);
    const said = el("p", { class: "ws-line", role: "status" });
    const save = button("save", async () => {
      tell(said, ""); // a second file is news again
      save.setAttribute("aria-disabled", "true");
      file = await whole(frame.page, spec.catalogue ?? [], words);
      download(file, words.file);
      tell(said, words.saved);
      if (text.hidden === false) text.value = asText(file);
      share.hidden = !shareable();
      after.hidden = false;
      out.warn(words.look);
      save.setAttribute("aria-disabled", "false");
    });
    save.classList.add("ws-main");

    // An app's own browser often drops the file without a word.
    const text = box("textarea", { rows: 6, readonly: true, hidden: true, "aria-label": words.text });
    const copy = button(
      "copy",
      () => {
        text.hidden = false;
        text.value = asText(file);
        tell(told, "");
        tell(told, copied(text) ? words.copied : words.by_hand);
      },
      words.copy,
    );
    const asFile = () => new File([file], words.file, { type: "text/html" });
    const shareable = () => Boolean(navigator.canShare?.({ files: [asFile()] })); // only with https
    const share = button("share", () => navigator.share({ files: [asFile()] }).catch(() => {}), words.share); // they changed their mind
    const told = el("p", { class: "ws-line", role: "status" });
    const after = el(
      "div",
      { hidden: true },
      el("p", { class: "ws-small", dir: "auto" }, words.no_file),
      el("div", { class: "ws-row" }, copy, share),
      told,
      text,
    );
    const out = deleting(frame);
    const draw = () => {
      tell(save, frame.page.word("buttons.save"));
      out.draw();
    };
    return { node: el("div", { class: "ws-mypage" }, el("div", { class: "ws-row" }, save), said, after, restoring(words), out.node), draw };
  },
});
