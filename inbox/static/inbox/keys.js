/* Single keys, only while no field has focus, never Alt. A key does exactly what the visible control with that
   `data-key` does ("e", "Shift+E", "g i", "u|Escape"); `data-focus` and `data-toggle` say what a control does here. */
(() => {
  const FIELD = "input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable]";
  const on = () => document.body.dataset.shortcuts !== "off";
  const keysOf = (element) => element.dataset.key.split("|");
  /* `data-anywhere`: its key works while the panel it stands in is closed. */
  const usable = (element) => !element.disabled && ("anywhere" in element.dataset || element.checkVisibility({ visibilityProperty: true }));
  /* An open menu whose choices have letters of their own takes them all. */
  const menu = () => document.querySelector("details.menu[open]:has(.choice[data-key])");
  const controls = () => [...(menu() ?? document).querySelectorAll("[data-key]")].filter(usable);
  /* Where every row has a control for the same key, the current row's. */
  const control = (key) => {
    const found = controls().filter((element) => keysOf(element).includes(key));
    return found.find((element) => current()?.parentElement.contains(element)) ?? found.at(-1);
  };

  const act = (element) => (element.matches(FIELD) ? (element.focus(), element.select?.()) : element.click());

  const nameOf = (event) => {
    const shift = event.shiftKey && /^[a-z]$/i.test(event.key) ? "Shift+" : "";
    const key = shift ? event.key.toUpperCase() : event.key;
    return `${event.ctrlKey || event.metaKey ? "Ctrl+" : ""}${shift}${key}`;
  };

  /* Rows: one is current; j and k move it, and open the next one where a conversation is open beside the list. */
  const rows = () => [...document.querySelectorAll(".rows .row")];
  const current = () => document.querySelector(".rows .row[aria-current]");
  const setCurrent = (row) => {
    rows().forEach((each) => {
      const is = each === row;
      is ? each.setAttribute("aria-current", "true") : each.removeAttribute("aria-current");
      if (is) { each.dataset.key = "o|Enter"; each.dataset.label = "Open"; } else { delete each.dataset.key; delete each.dataset.label; }
    });
    row?.scrollIntoView({ block: "nearest" });
  };
  const opened = () => document.querySelector("#thread[data-conversation]")?.dataset.conversation;

  /* Until the next conversation is there, the one before it is on the screen: a key for a conversation waits. */
  let opening = null, awaited = null, pressed = null;
  const isLate = (element) => awaited && awaited !== opened() && element.closest("#thread, #panel");
  const arrive = () => {
    if (awaited !== opened()) return;
    const key = pressed;
    awaited = pressed = null;
    if (key) { const wanted = control(key); if (wanted) act(wanted); }
  };
  for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, () => { awaited = pressed = null; });
  }
  const move = (step) => {
    const all = rows();
    if (!all.length) return;
    const at = all.indexOf(current());
    const next = all[Math.min(Math.max(at + step, 0), all.length - 1)] ?? all[0];
    setCurrent(next);
    if (opened() && document.querySelector("#thread").checkVisibility()) {
      clearTimeout(opening);
      awaited = next.dataset.conversation;
      pressed = null;
      opening = setTimeout(() => next.click(), 90);
    } else next.focus({ preventScroll: true });
  };
  const follow = () => {
    const id = opened();
    if (awaited && awaited !== id) return; // the one being opened is current already
    const row = id && document.getElementById(`open-${id}`);
    if (row) setCurrent(row);
    else if (current() && id) setCurrent(null);
    else if (current()) current().dataset.key = "o|Enter";
  };

  /* Done or snoozed: on to the next one that was below. */
  let below = null;
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (!event.target.closest?.("#thread form, [data-advances]")) return;
    const all = rows();
    below = all[all.findIndex((row) => row.dataset.conversation === opened()) + 1]?.dataset.conversation ?? null;
  }, true);
  document.body.addEventListener("advance", () => {
    const next = below && document.getElementById(`open-${below}`);
    if (next?.checkVisibility()) next.click();
    else if (!document.querySelector(".list")?.checkVisibility()) control("u")?.click();
  });

  const panel = (show) => {
    const desk = document.querySelector(".desk");
    if (!desk) return;
    const drawer = matchMedia("(max-width: 1180px)").matches;
    desk.classList.toggle(drawer ? "with-panel" : "narrow-panel", show === undefined ? undefined : drawer ? show : !show);
  };
  const closeMenus = (except) => document.querySelectorAll("details.menu[open]").forEach((menu) => { if (menu !== except) menu.open = false; });

  document.addEventListener("click", (event) => {
    const target = event.target.closest("[data-move], [data-toggle], [data-focus], .rows .row");
    if (!event.target.closest("details.menu")) closeMenus();
    if (!event.target.closest(".panel, [data-toggle], [data-focus], dialog")) document.querySelector(".desk")?.classList.remove("with-panel");
    if (!target) return;
    if (target.dataset.move) move(Number(target.dataset.move));
    else if (target.dataset.toggle) panel();
    else if (target.dataset.focus) {
      const wanted = document.querySelector(target.dataset.focus);
      if (!wanted) return window.waybill.say("Nothing to show there yet.", false);
      event.preventDefault();
      if (wanted.closest(".panel")) panel(true);
      wanted.scrollIntoView({ block: "start", behavior: "smooth" });
      (wanted.querySelector("[data-key=y]") ?? wanted).focus({ preventScroll: true });
    } else { awaited = target.dataset.conversation; setCurrent(target); }
  });
  document.addEventListener("toggle", (event) => {
    if (!event.target.matches?.("details.menu") || !event.target.open) return;
    closeMenus(event.target);
    event.target.querySelector(".choice, input:not([type=hidden])")?.focus({ preventScroll: true });
  }, true);

  const inMenu = (event) => {
    const menu = document.querySelector("details.menu[open]");
    if (!menu) return false;
    if (event.key === "Escape") { menu.open = false; menu.querySelector("summary").focus(); return true; }
    if (!["ArrowDown", "ArrowUp"].includes(event.key)) return false;
    const choices = [...menu.querySelectorAll(".choice")];
    const at = choices.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
    choices[(at + choices.length) % choices.length]?.focus();
    return true;
  };

  let prefix = "", forget = null;
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.isComposing || document.querySelector("dialog[open]")) return;
    if (inMenu(event)) { event.preventDefault(); return; }
    const key = nameOf(event);
    if (key === "Ctrl+k") return; // the palette's
    if (event.target.closest?.(FIELD)) { if (key === "Escape") event.target.blur(); return; }
    if (!on() && key.length === 1) return;
    if (["Enter", " "].includes(key) && event.target.closest?.("a, button, summary")) return; // its own meaning
    if (key === "Escape" && document.querySelector(".desk.with-panel")) { panel(false); return; }
    const whole = prefix ? `${prefix} ${key}` : key;
    const wanted = control(whole);
    clearTimeout(forget);
    prefix = "";
    if (wanted && (on() || key.includes("Ctrl"))) { event.preventDefault(); isLate(wanted) ? (pressed = whole) : act(wanted); return; }
    if (!controls().some((element) => keysOf(element).some((each) => each.startsWith(`${whole} `)))) return;
    prefix = whole;
    forget = setTimeout(() => { prefix = ""; }, 1200);
  });

  htmx.onLoad(follow);
  document.addEventListener("htmx:afterSettle", () => { follow(); arrive(); });
  window.waybill = { ...window.waybill, controls, keysOf, act };
})();
