/* Ctrl/Cmd+K: everything this page can do, found by typing. `?`: the keys, read off the same controls. */
(() => {
  const palette = document.getElementById("palette");
  const sheet = document.getElementById("keysheet");
  const input = palette.querySelector("input");
  const list = document.getElementById("palette-list");
  let items = [], chosen = 0;

  const label = (element) => {
    if (element.dataset.label) return element.dataset.label;
    const copy = element.cloneNode(true);
    copy.querySelectorAll("kbd, .sr, .count, .face").forEach((each) => each.remove());
    return element.getAttribute("aria-label") || copy.textContent.trim().replace(/\s+/g, " ") || element.placeholder || element.title;
  };
  const keys = (element) => (element.dataset.key ? window.waybill.keysOf(element) : []);
  const places = () => [...document.querySelectorAll("#places a")];
  const find = () => [...new Set([...window.waybill.controls(), ...places()])].map((element) => ({ element, text: label(element), keys: keys(element) }));

  const pretty = (key) => key.replace("Shift+", "⇧").replace("Ctrl+", "Ctrl ").replace("Enter", "↵").replace("Escape", "Esc");
  const caps = (key) => pretty(key).split(" ").map((part) => Object.assign(document.createElement("kbd"), { textContent: part }));

  const draw = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = items.filter(({ text }) => words.every((word) => text.toLowerCase().includes(word)));
    chosen = Math.min(chosen, Math.max(found.length - 1, 0));
    list.replaceChildren(...found.map(({ element, text, keys: own }, at) => {
      const choice = document.createElement("button");
      choice.className = "choice";
      choice.type = "button";
      choice.setAttribute("role", "option");
      choice.setAttribute("aria-selected", String(at === chosen));
      choice.append(Object.assign(document.createElement("span"), { textContent: text }), Object.assign(document.createElement("span"), { className: "spring" }));
      if (own.length) { const end = document.createElement("span"); end.append(...caps(own[0])); choice.append(end); }
      choice.addEventListener("click", () => { palette.close(); window.waybill.act(element); });
      return choice;
    }));
    if (!found.length) list.append(Object.assign(document.createElement("p"), { className: "empty", textContent: "Nothing here is called that." }));
    list.children[chosen]?.scrollIntoView({ block: "nearest" });
  };

  const open = () => { items = find(); input.value = ""; chosen = 0; palette.showModal(); draw(); input.focus(); };
  input.addEventListener("input", () => { chosen = 0; draw(); });
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) { event.preventDefault(); chosen = Math.min(Math.max(chosen + step, 0), list.children.length - 1); draw(); }
    if (event.key === "Escape") { event.preventDefault(); palette.close(); } // else the first one only empties the field
    if (event.key === "Enter") { event.preventDefault(); list.children[chosen]?.click(); }
  });

  const FIXED = [["Find an action", ["Ctrl+K"]], ["Send", ["Ctrl+Enter"]], ["Send and close", ["Ctrl+Shift+Enter"]], ["All keys", ["?"]]];
  const showKeys = () => {
    const seen = new Set();
    const found = [...find().map(({ text, keys: own }) => [text, own]), ...FIXED].filter(([text, own]) => own.length && !seen.has(own[0]) && seen.add(own[0]) && text);
    sheet.querySelector("dl").replaceChildren(...found.map(([text, own]) => {
      const line = document.createElement("div");
      const end = document.createElement("dd");
      own.forEach((key) => end.append(...caps(key)));
      line.append(Object.assign(document.createElement("dt"), { textContent: text }), end);
      return line;
    }));
    sheet.showModal();
  };

  document.addEventListener("keydown", (event) => {
    if (event.altKey) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      palette.open ? palette.close() : (sheet.open && sheet.close(), open());
    } else if (event.key === "?" && document.body.dataset.shortcuts !== "off" && !event.target.closest?.("input, textarea, select") && !palette.open) {
      event.preventDefault();
      sheet.open ? sheet.close() : showKeys();
    }
  });
  document.addEventListener("click", (event) => {
    if (event.target === palette || event.target === sheet) event.target.close(); // the backdrop
    if (event.target.closest("[data-open=keys]")) showKeys();
    if (event.target.closest("[data-open=palette]")) open();
  });
})();
