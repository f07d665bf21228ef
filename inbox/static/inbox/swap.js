/* hx-swap="keyed": children are matched by id. What is equal stays the very same node, so focus, scroll,
   selection and typed text survive a live update. `data-keyed` says "look inside", `data-keep` "never touch". */
(() => {
  const VOLATILE = ["aria-current", "data-key", "data-label", "open"];

  const bare = (node) => {
    const copy = node.cloneNode(true);
    for (const each of [copy, ...copy.querySelectorAll("*")]) {
      VOLATILE.forEach((name) => each.removeAttribute(name));
      for (const name of [...each.classList]) if (name.startsWith("htmx-") || name === "coming") each.classList.remove(name);
      if (!each.classList.length) each.removeAttribute("class");
    }
    copy.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((each) => each.remove()); // masked anew every time
    copy.normalize();
    return copy;
  };
  const same = (old, fresh) => old.isEqualNode(fresh) || bare(old).isEqualNode(bare(fresh));

  /* Whoever waits for an answer must still be there when it comes, or its toast and events go nowhere. */
  let asking = null;
  document.addEventListener("htmx:beforeSwap", (event) => { asking = event.detail.requestConfig.elt; });
  const waits = (node) => [node, ...node.querySelectorAll(".htmx-request")].some((each) => each !== asking && each.matches(".htmx-request"));

  /* An edit is sacred: an answer asked for before it began may come after, and must not take it away. */
  const edited = (element) => element.id === "draft" && element.querySelector("textarea");
  const unasked = (config) => ["refresh", "every"].includes(config.triggeringEvent?.type);

  /* A row that moves or is made anew under a pressed button gets no click: what nobody asked for waits until the press is over. */
  let pressed = null;
  const postponed = new Set();
  const released = () => setTimeout(() => {
    pressed = null;
    postponed.forEach((place) => place.dispatchEvent(new CustomEvent("refresh")));
    postponed.clear();
  }); // the click comes right after
  document.addEventListener("pointerdown", (event) => { pressed = event.target; }, true);
  ["pointerup", "pointercancel", "dragend"].forEach((name) => document.addEventListener(name, released, true));

  /* Who asked may be gone all the same: another conversation was opened meanwhile. The toast with its undo comes still. */
  const late = ({ detail, currentTarget }) => {
    const { target, requestConfig, serverResponse } = detail;
    if (target !== currentTarget) return;
    if (unasked(requestConfig)) {
      if (edited(target)) detail.shouldSwap = false;
      if (target.contains(pressed)) { detail.shouldSwap = false; postponed.add(target); }
    }
    if (!detail.shouldSwap || requestConfig.elt.isConnected) return;
    detail.shouldSwap = false;
    const place = target.isConnected ? target : document.body;
    const swapStyle = target.isConnected ? "keyed" : "none";
    htmx.swap(place, serverResponse, { swapStyle, swapDelay: 0, settleDelay: 0 }, { contextElement: place, eventInfo: detail });
  };
  /* At the target itself: what happens to a node that is gone reaches nobody else. */
  document.addEventListener("htmx:beforeRequest", ({ detail }) => detail.target.addEventListener("htmx:beforeSwap", late));

  /* Nobody's menu is taken from under their fingers; what was missed is asked for when it closes. */
  let missed = false;
  const inUse = (node) => {
    const menu = [node, ...node.querySelectorAll("details.menu[open]")].find((each) => each.matches("details.menu[open]"));
    if (!menu || (asking && menu.contains(asking))) return false;
    return (missed = true);
  };
  document.addEventListener("toggle", (event) => {
    if (!missed || !event.target.matches?.("details.menu") || event.target.open) return;
    missed = false;
    event.target.closest("[hx-trigger*=refresh]")?.dispatchEvent(new CustomEvent("refresh"));
  }, true);

  const syncAttributes = (old, fresh) => {
    let changed = false;
    for (const { name } of [...old.attributes]) {
      if (!fresh.hasAttribute(name) && !VOLATILE.includes(name) && name !== "class") { old.removeAttribute(name); changed = true; }
    }
    for (const { name, value } of fresh.attributes) {
      if (name !== "class" && old.getAttribute(name) !== value) { old.setAttribute(name, value); changed = true; }
    }
    return changed;
  };

  const replace = (old, fresh, added) => {
    if (old.tagName === "DETAILS" && old.open) fresh.open = true;
    old.replaceWith(fresh);
    added.push(fresh);
  };

  const patch = (parent, fresh, added, quiet) => {
    const byId = new Map([...parent.children].filter((child) => child.id).map((child) => [child.id, child]));
    let place = parent.firstElementChild;
    for (const next of [...fresh.children]) {
      const old = next.id ? byId.get(next.id) : (place && !place.id && place.tagName === next.tagName ? place : null);
      byId.delete(next.id);
      if (!old) {
        parent.insertBefore(next, place);
        if (!quiet) next.classList.add("coming");
        added.push(next);
        continue;
      }
      if (old === place) place = place.nextElementSibling;
      else parent.insertBefore(old, place);
      if (old.hasAttribute("data-keep") || same(old, next) || waits(old) || inUse(old)) continue;
      if (next.hasAttribute("data-keyed") && old.hasAttribute("data-keyed")) {
        if (syncAttributes(old, next)) added.push(old);
        patch(old, next, added, quiet);
      } else replace(old, next, added);
    }
    while (place) {
      const gone = place;
      place = place.nextElementSibling;
      gone.remove();
    }
  };

  const stick = (target) => {
    const talks = [...target.querySelectorAll("[data-stick]"), ...(target.matches("[data-stick]") ? [target] : [])];
    const low = talks.filter((talk) => talk.scrollHeight - talk.scrollTop - talk.clientHeight < 80);
    return () => low.forEach((talk) => { talk.scrollTop = talk.scrollHeight; });
  };

  const keyed = (target, fragment) => {
    const added = [];
    const back = stick(target);
    const focused = document.activeElement?.id;
    const root = fragment.children.length === 1 && fragment.firstElementChild.id === target.id ? fragment.firstElementChild : null;
    const elsewhere = root && root.dataset.conversation !== target.dataset.conversation;
    if (elsewhere) replace(target, root, added);
    else {
      if (root && syncAttributes(target, root)) added.push(target);
      patch(target, root || fragment, added, !target.querySelector("[id]"));
    }
    if (focused && document.activeElement === document.body) document.getElementById(focused)?.focus({ preventScroll: true });
    back();
    return added;
  };

  window.waybill = { ...window.waybill, edited };
  htmx.defineExtension("keyed", {
    isInlineSwap: (style) => style === "keyed",
    handleSwap: (style, target, fragment) => (style === "keyed" ? keyed(target, fragment) : false),
  });

  /* A thread starts at its end, and stays there when a draft or the composer takes room from it. */
  const isLow = new WeakMap();
  const toBottom = (talk) => { talk.scrollTop = talk.scrollHeight; };
  const resized = new ResizeObserver((entries) => entries.forEach(({ target }) => { if (isLow.get(target)) toBottom(target); }));
  htmx.onLoad((element) => element.querySelectorAll?.("[data-stick]").forEach((talk) => {
    if (isLow.has(talk)) return;
    isLow.set(talk, true);
    talk.addEventListener("scroll", () => isLow.set(talk, talk.scrollHeight - talk.scrollTop - talk.clientHeight < 80), { passive: true });
    resized.observe(talk);
    toBottom(talk);
  }));
})();
