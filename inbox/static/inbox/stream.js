/* A live's page: comments come too fast to read, so they can be held. What is held is counted, not lost. */
(() => {
  let held = false, missed = 0;
  const button = () => document.querySelector("[data-hold]");
  const say = () => {
    const it = button();
    if (!it) return;
    it.setAttribute("aria-pressed", String(held));
    it.firstChild.textContent = held ? (missed ? "Go on, there is more " : "Go on ") : "Hold ";
  };
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-hold]")) return;
    held = !held;
    missed = 0;
    say();
    if (!held) document.getElementById("pulse").dispatchEvent(new CustomEvent("refresh"));
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (!held || event.target.id !== "pulse") return;
    event.preventDefault();
    missed += 1;
    say();
  });
})();
