/* The join page. Consents and secrets stay in this browser; the code alone is sent. */
(() => {
  const here = (id) => document.getElementById(id);
  const root = here("join"), form = here("form"), message = here("message"), enter = here("enter");
  const stores = [sessionStorage, localStorage];
  const names = () => stores.flatMap((store) => Object.keys(store).map((name) => [store, name]));
  const kept = (name) => sessionStorage.getItem(name) ?? localStorage.getItem(name);
  form.hidden = false;

  try {
    localStorage.setItem("ws.try", "1");
    localStorage.removeItem("ws.try");
  } catch {
    message.textContent = root.dataset.nothingKept;
    return;
  }

  // The QR code brings the code: nothing to type, one card less before the first switch.
  const showCode = (wanted) => { here("codes").hidden = !wanted; here("known").hidden = wanted; };
  if (here("code").value) showCode(false);
  else here("code").value = sessionStorage.getItem("ws.code") ?? "";

  const before = kept("ws.consent");
  here("again").hidden = !before;

  here("same").addEventListener("click", () => {
    const { part, keep, share } = JSON.parse(before);
    Object.entries({ part, keep, share }).forEach(([name, on]) => { here(name).checked = Boolean(on); });
    here("again").hidden = true;
    come();
  });

  here("other").addEventListener("click", () => {
    names().filter(([, name]) => name.startsWith("ws.")).forEach(([store, name]) => store.removeItem(name));
    ["part", "keep", "share"].forEach((name) => { here(name).checked = false; });
    here("again").hidden = true;
    here(here("code").value ? "part" : "code").focus();
  });

  here("part").addEventListener("change", () => { here("needed").hidden = true; });

  const say = (text) => { message.textContent = text; message.scrollIntoView({ block: "center" }); };

  function settle() {
    const consent = { part: true, keep: here("keep").checked, share: here("share").checked };
    const [to, from] = consent.keep ? [localStorage, sessionStorage] : [sessionStorage, localStorage];
    // What is kept moves with the switch: with "keep" off nothing of ours outlives this tab.
    Object.keys(from).filter((name) => name.startsWith("ws.")).forEach((name) => {
      to.setItem(name, from.getItem(name));
      from.removeItem(name);
    });
    to.setItem("ws.consent", JSON.stringify(consent));
    sessionStorage.setItem("ws.code", here("code").value);
  }

  async function ask() {
    const body = new URLSearchParams({ code: here("code").value, next: root.dataset.next });
    const answer = await fetch("/join", { method: "POST", body });
    const said = await answer.json();
    if (answer.status === 429) {
      say(said.message);
      await new Promise((done) => { setTimeout(done, 3000); });
      return ask();
    }
    if (answer.status === 404) showCode(true);
    if (!answer.ok) return say(said.message);
    settle();
    location.assign(said.go);
  }

  async function come() {
    message.textContent = "";
    if (!here("part").checked) {
      here("needed").hidden = false;
      here("part").focus();
      return;
    }
    if (!here("code").value.trim()) {
      say(root.dataset.noCode);
      here("code").focus();
      return;
    }
    enter.disabled = true;
    try {
      await ask();
    } catch {
      say(root.dataset.offline);
    } finally {
      enter.disabled = false;
    }
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    come();
  });
})();
