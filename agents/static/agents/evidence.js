/* Statements and their sources light each other up; the record of a statement opens in a dialog. */
(() => {
  const sourceOf = (element) => element.closest?.(".claim[data-source]")?.dataset.source;
  const light = (on) => (event) => {
    const number = sourceOf(event.target);
    if (number) document.getElementById(`source-${number}`)?.classList.toggle("lit", on);
    const source = event.target.closest?.(".source");
    if (source) document.querySelectorAll(`.claim[data-source="${source.id.slice(7)}"]`).forEach((claim) => claim.classList.toggle("lit", on));
  };
  for (const name of ["mouseover", "focusin"]) document.addEventListener(name, light(true));
  for (const name of ["mouseout", "focusout"]) document.addEventListener(name, light(false));

  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id === "evidence") event.detail.target.showModal();
  });
  /* "Open the record": where the page already shows it, go there instead of loading the page again. */
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("#evidence a[href*='#']");
    const record = link && link.pathname === location.pathname && document.getElementById(link.hash.slice(1));
    if (!record) return;
    event.preventDefault();
    document.getElementById("evidence").close();
    document.querySelector(".desk")?.classList.add("with-panel");
    for (let box = record.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
    record.scrollIntoView({ block: "center", behavior: "smooth" });
    record.classList.add("lit");
    setTimeout(() => record.classList.remove("lit"), 2500);
  });
})();
