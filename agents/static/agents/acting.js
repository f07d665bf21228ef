/* The dialog in which something is proposed, changed or confirmed; and word to every place that shows the action. */
(() => {
  const dialog = document.getElementById("act");
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target !== dialog || !dialog.childElementCount) return;
    if (!dialog.open) dialog.showModal();
    (dialog.querySelector("[autofocus], [aria-invalid=true], .choice, .fields :is(input, select, textarea)") ?? dialog).focus();
  });
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  dialog.addEventListener("close", () => dialog.replaceChildren());
  /* Ctrl+Enter from any field; a text area's own answer to it (the composer's) never comes as far as this. */
  dialog.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    dialog.querySelector("[data-submit]")?.click();
  });

  /* Something was decided, or refused because it looks different by now. */
  document.body.addEventListener("acted", () => {
    dialog.replaceChildren();
    dialog.close();
    document.querySelectorAll("[data-actions]").forEach((place) => place.dispatchEvent(new CustomEvent("refresh")));
  });

  /* A link to an action opens it, once its part is there. */
  document.addEventListener("htmx:afterSettle", (event) => {
    if (!event.target.matches?.("[data-actions]") || !location.hash.startsWith("#action-")) return;
    const wanted = document.getElementById(location.hash.slice(1));
    for (let box = wanted; box; box = box.parentElement?.closest("details")) box.open = true;
    wanted?.scrollIntoView({ block: "nearest" });
  });
})();
