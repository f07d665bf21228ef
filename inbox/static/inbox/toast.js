/* Toasts: they count down, they go, and errors say what happened, what was kept and what to do. */
(() => {
  const box = () => document.getElementById("toasts");

  const live = (toast) => {
    if (toast.dataset.ends) return;
    let left = Number(toast.dataset.seconds);
    toast.dataset.ends = String(left);
    const shown = toast.querySelector(".left");
    const tick = () => {
      if (!toast.isConnected) return;
      if (left <= 0) { toast.remove(); return; }
      if (shown) shown.textContent = `${left} s`;
      if (!toast.matches(":focus-within, :hover") || shown) left -= 1;
      setTimeout(tick, 1000);
    };
    tick();
  };

  const say = (text, bad = true) => {
    const same = [...box().children].find((each) => each.textContent.trim() === text);
    same?.remove();
    const toast = document.createElement("div");
    toast.className = bad ? "toast bad" : "toast";
    toast.setAttribute("role", "alert");
    toast.dataset.seconds = "9";
    toast.append(Object.assign(document.createElement("p"), { textContent: text }));
    box().append(toast);
  };

  document.addEventListener("click", async (event) => {
    const from = document.querySelector(event.target.closest?.("[data-copy]")?.dataset.copy ?? "#none");
    if (!from) return;
    try {
      await navigator.clipboard.writeText(from.value ?? from.textContent);
      say("Copied.", false);
    } catch {
      getSelection().selectAllChildren(from);
      from.select?.();
      say("The browser does not let Waybill copy. It is selected: copy it with Ctrl+C.");
    }
  });

  const WORDS = {
    403: "Your role does not allow this. Nothing was changed.",
    404: "This is not here any more. Reload the page to see what is.",
    413: "This is too large to send. Nothing was changed.",
    429: "Too many requests at once. Nothing was changed; wait a moment and try again.",
  };
  const busy = "Waybill could not do this. Nothing was changed, and what you typed is kept. Try again in a moment.";
  const away = "Waybill does not answer. What you typed is kept; try again in a moment.";
  const isPolling = (event) => ["refresh", "every"].includes(event.detail.requestConfig?.triggeringEvent?.type);

  /* A place that could not be filled says so itself and offers another try; its neighbours go on. */
  const offerRetry = (place) => {
    const again = Object.assign(document.createElement("button"), { className: "btn", textContent: "Try again" });
    again.addEventListener("click", () => place.dispatchEvent(new CustomEvent("refresh")));
    const box = Object.assign(document.createElement("div"), { className: "empty" });
    box.append(Object.assign(document.createElement("p"), { textContent: "This part could not be loaded. Everything else works." }), again);
    place.replaceChildren(box);
  };
  const failed = (event, words) => {
    const { elt, requestConfig } = event.detail;
    if (!requestConfig?.triggeringEvent && elt.querySelector(".skeleton")) offerRetry(elt);
    else if (!isPolling(event)) say(words);
  };
  document.addEventListener("htmx:responseError", (event) => failed(event, WORDS[event.detail.xhr.status] || busy));
  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, (event) => failed(event, away));
  }
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    if (xhr.responseURL && new URL(xhr.responseURL).pathname.startsWith("/accounts/login")) {
      event.detail.shouldSwap = false; // the session is over; what was typed is kept in this browser
      location.assign(`/accounts/login/?next=${encodeURIComponent(location.pathname + location.search)}`);
    } else if (xhr.status === 422) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
  });

  new MutationObserver(() => [...box().children].forEach(live)).observe(box(), { childList: true });
  [...box().children].forEach(live);
  document.addEventListener("htmx:afterRequest", (event) => { event.target.closest?.(".toast")?.remove(); });
  window.waybill = { ...window.waybill, say };
})();
