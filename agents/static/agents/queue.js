/* The queues, one item at a time. The neighbours of what is shown are fetched ahead, and a decision shows the next
   one at once while its own request is on the way; if it is refused, the item comes back with the reason. */
(() => {
  const box = document.getElementById("item");
  const going = document.getElementById("going");
  if (!box) return;
  const AHEAD = 2;
  const kept = new Map(); // id → {version, html} of what was fetched ahead
  const asked = new Map(); // id → promise of what is being fetched: who needs it meanwhile waits for the same answer
  const decided = new Set(); // on their way, or done and still in the list
  const rows = () => [...document.querySelectorAll("#queue .row")].filter((row) => !decided.has(row.dataset.item));
  const rowOf = (id) => document.getElementById(`wait-${id}`);
  const shown = () => box.dataset.item ?? "";

  const get = async ({ item, fragment, version }) => {
    try {
      const answer = await fetch(fragment, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
      if (answer.ok) kept.set(item, { version, html: await answer.text() });
    } catch { /* it is asked for again when it is shown */ } finally { asked.delete(item); }
  };
  const ahead = (row) => {
    const { item, version } = row?.dataset ?? {};
    if (!item || kept.get(item)?.version === version) return;
    if (!asked.has(item)) asked.set(item, get(row.dataset));
    return asked.get(item);
  };
  const neighbours = () => {
    const all = rows(), at = all.findIndex((row) => row.dataset.item === shown());
    for (let step = 1; step <= AHEAD; step += 1) ahead(all[at + step]);
    if (at > 0) ahead(all[at - 1]);
  };

  const mark = () => {
    document.querySelectorAll("#queue .row").forEach((row) => {
      const is = row.dataset.item === shown();
      is ? row.setAttribute("aria-current", "true") : row.removeAttribute("aria-current");
      row.parentElement.hidden = decided.has(row.dataset.item);
    });
    rowOf(shown())?.scrollIntoView({ block: "nearest" });
  };
  const put = (id, html, since) => {
    box.dataset.item = id;
    htmx.swap(box, html, { swapStyle: "innerHTML", swapDelay: 0, settleDelay: 0 }, { eventInfo: { target: box, elt: box } });
    box.scrollTop = 0;
    mark();
    if (id) history.replaceState(history.state, "", rowOf(id)?.href ?? location.href);
    requestAnimationFrame(() => setTimeout(() => performance.measure("moved on", { start: since, end: performance.now() })));
    neighbours();
  };
  const show = async (row, since = performance.now()) => {
    if (!row) { delete box.dataset.item; put("", document.getElementById("nothing").innerHTML, since); return; }
    const id = row.dataset.item;
    if (kept.get(id)?.version !== row.dataset.version) {
      await ahead(row);
      if (!kept.has(id)) { location.assign(row.href); return; }
    }
    put(id, kept.get(id).html, since);
  };
  const next = (since) => {
    const all = [...document.querySelectorAll("#queue .row")];
    const at = all.findIndex((row) => row.dataset.item === shown());
    const open = (row) => !decided.has(row.dataset.item);
    show(all.slice(at + 1).find(open) ?? all.slice(0, Math.max(at, 0)).findLast(open), since);
  };

  document.addEventListener("click", (event) => {
    const step = event.target.closest("[data-step]"), row = event.target.closest("#queue .row");
    const all = rows(), at = all.findIndex((each) => each.dataset.item === shown());
    if (step) { const to = all[at + Number(step.dataset.step)]; if (to) show(to); }
    else if (row && !(event.ctrlKey || event.metaKey)) { event.preventDefault(); show(row); if (matchMedia("(max-width: 720px)").matches) box.focus(); }
    else if (event.target.closest("[data-pick]")) rowOf(shown())?.parentElement.querySelector("[name=pick]")?.click();
  });

  /* Several at once */
  const several = () => {
    const button = document.querySelector("[data-several]");
    if (button) button.disabled = !document.querySelector("#queue [name=pick]:checked");
  };
  document.addEventListener("change", (event) => { if (event.target.matches("#queue [name=pick]")) several(); });

  /* A decision is on its way: what it stands in waits aside, for its answer. */
  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = event.target.closest?.("[data-decides]");
    if (!form || !box.contains(form) && !form.closest("#act")) return;
    const since = performance.now(), id = form.dataset.decides;
    if (form.closest("#act")) { going.append(form); document.getElementById("act").close(); }
    const aside = document.createElement("div");
    aside.dataset.aside = id;
    aside.append(...box.childNodes);
    aside.querySelectorAll("details[open]").forEach((menu) => { menu.open = false; });
    going.append(aside);
    decided.add(id);
    next(since);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.requestConfig?.elt;
    if (!form?.dataset?.decides || !going.contains(form)) return;
    const id = form.dataset.decides;
    if (!event.detail.successful) { decided.delete(id); kept.delete(id); show(rowOf(id)); }
    setTimeout(() => { going.querySelector(`[data-aside="${id}"]`)?.remove(); if (going.contains(form)) form.remove(); });
  });
  document.body.addEventListener("acted", (event) => {
    const { decided: id = event.detail.settled ? event.detail.action : "", approved = [], action } = event.detail;
    approved.forEach((each) => decided.add(each));
    if (id && !decided.has(id)) { decided.add(id); if (shown() === id) next(performance.now()); }
    if (approved.includes(shown())) next(performance.now());
    kept.delete(action);
    if (action && shown() === action && !decided.has(action)) again();
    mark();
    several();
  });

  /* The list looks again whenever something changed; what is shown follows, unless somebody is writing. */
  const again = async () => {
    const row = rowOf(shown());
    if (!row || box.querySelector("textarea")) return;
    kept.delete(row.dataset.item);
    await ahead(row);
    if (shown() === row.dataset.item && kept.has(shown())) put(shown(), kept.get(shown()).html, performance.now());
  };
  let version = rowOf(shown())?.dataset.version;
  let last = shown();
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id !== "queue" && !event.target.closest?.("#queue")) return;
    document.title = document.getElementById("queue").dataset.title;
    mark();
    several();
    const row = rowOf(shown());
    if (shown() && !row && !box.querySelector("textarea")) { window.waybill.say("Somebody has decided about this one.", false); next(performance.now()); }
    else if (!shown() && rows().length) show(rows()[0]);
    else if (row && last === shown() && version && version !== row.dataset.version) again();
    last = shown();
    version = rowOf(last)?.dataset.version;
    neighbours();
  });

  mark();
  neighbours();
  several();
})();
