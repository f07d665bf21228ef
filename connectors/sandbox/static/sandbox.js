// Live parts: refreshing what changes, filtering a list, filling in a suggestion, moving a parcel in place.

for (const part of document.querySelectorAll("[data-poll]")) {
  let tag = "";
  const refresh = async () => {
    if (!document.hidden) {
      try {
        const answer = await fetch(part.dataset.poll, { headers: { "If-None-Match": tag }, cache: "no-store" });
        if (answer.ok) {
          const first = !tag;
          tag = answer.headers.get("ETag");
          const html = await answer.text();
          if (!first || part.innerHTML.trim() !== html.trim()) swap(part, html);
        }
      } catch { /* the sandbox is restarting: the next round finds it */ }
    }
    setTimeout(refresh, 1000);
  };
  setTimeout(refresh, 1000);
}

function swap(part, html) {
  const open = new Set([...part.querySelectorAll("details[open][id]")].map((each) => each.id));
  if (part.contains(document.activeElement) && document.activeElement.matches("input, textarea")) return;
  part.innerHTML = html;
  for (const each of part.querySelectorAll("details[id]")) each.open = open.has(each.id);
}

for (const input of document.querySelectorAll("[data-filter]")) {
  const rows = [...document.querySelectorAll(`[data-${input.dataset.filter}]`)];
  const empty = document.querySelector("[data-empty]");
  input.addEventListener("input", () => {
    const wanted = input.value.trim().toLowerCase();
    for (const row of rows) row.hidden = !row.dataset.words.includes(wanted);
    empty.hidden = rows.some((row) => !row.hidden);
  });
}

document.addEventListener("click", (event) => {
  const chip = event.target.closest("[data-fill]");
  if (!chip) return;
  const form = chip.closest("form");
  form.elements.text.value = chip.dataset.fill;
  form.elements.subject.value = chip.dataset.subject;
  form.elements.order.value = chip.dataset.order;
  form.elements.text.focus();
});

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-swap]");
  if (!form) return;
  event.preventDefault();
  const card = form.closest("article");
  const wasOpen = card.querySelector("details").open;
  const body = new URLSearchParams(new FormData(form, event.submitter));
  const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Part": "card" } });
  if (!answer.ok) return location.reload();
  const pressed = event.submitter.value;
  card.outerHTML = await answer.text();
  const fresh = document.getElementById(card.id);
  fresh.querySelector("details").open = wasOpen;
  fresh.querySelector(`button[value="${pressed}"]`)?.focus();
});
