/* The composer: reply, private answer and note are forms that cannot be mixed up; nothing typed is ever lost. */
(() => {
  const slot = (form) => `waybill:${document.body.dataset.organization}:${form.dataset.keepText}`;
  const kept = (root) => root.querySelectorAll?.("form[data-keep-text]") ?? [];

  const choose = (mode, focus = true) => {
    const box = document.getElementById("composer");
    if (!box) return;
    box.dataset.mode = mode;
    box.toggleAttribute("data-open", true);
    for (const { id: name } of kept(box)) {
      document.getElementById(name).hidden = name !== mode;
      document.getElementById(`tab-${name}`).setAttribute("aria-selected", String(name === mode));
    }
    if (focus) document.querySelector(`#${mode} textarea`).focus();
  };

  const restore = (root) => kept(root).forEach((form) => {
    const area = form.querySelector("textarea");
    const text = localStorage.getItem(slot(form));
    if (text && !area.value) {
      area.value = text;
      document.getElementById("composer").toggleAttribute("data-open", true);
      if (form.id === "note" && !document.querySelector("#reply textarea")?.value) choose("note", false);
    }
  });

  document.addEventListener("input", (event) => {
    const form = event.target.closest?.("form[data-keep-text]");
    if (!form) return;
    if (event.target.value) localStorage.setItem(slot(form), event.target.value);
    else localStorage.removeItem(slot(form));
  });

  /* Where the shopper sees that somebody is writing: said at most every three seconds, and kept nowhere. */
  let told = 0;
  document.addEventListener("input", ({ target }) => {
    const address = target.dataset?.writing;
    if (!address || !target.value || Date.now() - told < 3000) return;
    told = Date.now();
    const csrf = target.form.querySelector("[name=csrfmiddlewaretoken]").value;
    fetch(address, { method: "POST", headers: { "X-CSRFToken": csrf } }).catch(() => {});
  });

  /* Beside a draft the empty composer folds up again: see .composer in the stylesheet. */
  document.addEventListener("focusout", (event) => {
    const box = event.target.closest?.("#composer");
    if (!box || box.contains(event.relatedTarget)) return;
    if (![...box.querySelectorAll("textarea")].some((area) => area.value)) box.removeAttribute("data-open");
  });

  document.addEventListener("click", (event) => {
    const tab = event.target.closest("[data-compose]");
    if (tab) choose(tab.dataset.compose);
  });

  document.addEventListener("keydown", (event) => {
    const form = event.target.closest?.("form");
    if (event.key === "Escape" && event.target.matches?.("textarea")) { event.target.blur(); event.stopPropagation(); return; }
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !form || !event.target.matches("textarea")) return;
    event.preventDefault();
    event.stopPropagation();
    const close = event.shiftKey ? form.querySelector("button[name=close]") : null;
    const plain = form.querySelector("button.go, button:not([name=close]):not([type=button])");
    (close || plain).click(); // not requestSubmit: htmx names the button only after a click
  });

  /* What a channel forbids is shown at its place. */
  document.addEventListener("click", (event) => {
    const place = event.target.closest("[data-select]");
    const area = place?.closest("form")?.querySelector("textarea");
    if (!area) return;
    area.focus();
    area.setSelectionRange(...place.dataset.select.split(",").map(Number));
  });

  /* Only what was sent is cleared: words typed since then stay. */
  const sent = new Map();
  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = event.target.closest?.("form[data-keep-text]");
    if (form) sent.set(form.id, form.querySelector("textarea").value);
  });
  document.body.addEventListener("sent", (event) => {
    const form = document.getElementById(event.detail.form);
    const mine = `${event.detail.form}:${event.detail.conversation}`;
    localStorage.removeItem(`waybill:${document.body.dataset.organization}:${mine}`);
    if (form?.dataset.keepText !== mine) return;
    const area = form.querySelector("textarea");
    form.querySelector(".doubts")?.replaceChildren();
    area.value = area.value.startsWith(sent.get(form.id)) ? area.value.slice(sent.get(form.id).length) : area.value;
    form.querySelector("[name=key]")?.setAttribute("value", crypto.randomUUID?.() ?? String(Math.random()).slice(2) + Date.now());
    if (area.value) localStorage.setItem(slot(form), area.value);
    else area.blur();
    if (form.id !== "reply") choose("reply", false);
  });
  document.body.addEventListener("restore", (event) => {
    localStorage.setItem(`waybill:${document.body.dataset.organization}:reply:${event.detail.conversation}`, event.detail.text);
    restore(document);
    if (document.querySelector("#thread")?.dataset.conversation === event.detail.conversation) choose("reply");
  });

  htmx.onLoad(restore);
})();
