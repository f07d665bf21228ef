/* The socket says only "this conversation changed" ("alone": nothing of it shows in a list); the fragments come through
   the ordinary views.
   While the socket is away, everything is looked at again every 15 seconds. */
(() => {
  const path = document.body.dataset.live;
  if (!path) return;
  const EVERY = 15000;
  const LEAST = 100, MOST = 1000; // ms between two looks
  const waiting = new Set();
  let timer = null, polling = null, wait = 500, last = 0, pace = LEAST, asked = 0;

  const open = () => document.querySelector("#thread[data-conversation]")?.dataset.conversation;
  const wake = (element) => element.dispatchEvent(new CustomEvent("refresh"));
  const ask = (id) => {
    const element = document.getElementById(id);
    if (element && !window.waybill.edited(element)) wake(element);
  };

  const look = () => {
    timer = null;
    if (document.hidden) return; // when somebody looks again
    last = Date.now();
    const mine = waiting.has(open()) || waiting.has("*");
    waiting.clear();
    if (mine) ["thread", "draft", "actions"].forEach(ask); // what is being read first, what stands around it a moment later
    setTimeout(() => (mine ? ["listing", "panel"] : ["listing"]).forEach(ask), mine ? 120 : 0);
    document.querySelectorAll(mine ? "[data-live-slot], [data-stream]" : "[data-live-slot]").forEach(wake);
  };
  /* At once for the first change; then after twice the time that a list took, so that a busy server is asked less. */
  const plan = () => { timer ??= setTimeout(look, Math.max(0, last + (asked ? MOST : pace) - Date.now())); };
  const heard = (id) => {
    waiting.add(id);
    plan();
  };
  const isList = ({ elt, requestConfig }) => ["listing", "queue"].includes(elt.id) && requestConfig.triggeringEvent?.type === "refresh";
  document.addEventListener("htmx:beforeRequest", ({ detail }) => { if (isList(detail)) asked = Date.now(); });
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (!asked || !isList(detail)) return;
    pace = Math.min(MOST, Math.max(LEAST, 2 * (Date.now() - asked)));
    asked = 0;
    if (timer === null) return;
    clearTimeout(timer);
    timer = null;
    plan();
  });
  /* Comments of a live come by the dozen: only what shows that live looks again, each part as often as it says itself. */
  const streamed = (id) => {
    if (document.hidden) { waiting.add("*"); return; }
    document.querySelectorAll(`[data-stream="${id}"], [data-stream="*"]`).forEach(wake);
  };
  document.addEventListener("visibilitychange", () => { if (!document.hidden && waiting.size) look(); });

  const told = (id) => (id?.startsWith("stream:") ? streamed(id.slice(7)) : heard(id));

  const away = (is) => {
    document.getElementById("offline").hidden = !is;
    if (is) polling ??= setInterval(() => heard("*"), EVERY);
    else { clearInterval(polling); polling = null; }
  };

  const connect = () => {
    const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${path}`);
    let was = false;
    socket.onopen = () => { was = true; if (polling) heard("*"); wait = 500; away(false); };
    socket.onmessage = (event) => {
      const { conversation, visitor, alone } = JSON.parse(event.data);
      if (visitor) document.querySelectorAll(`[data-thread="${visitor}"]`).forEach(wake);
      else if (!alone || conversation === open()) told(conversation);
    };
    socket.onclose = () => {
      if (was || wait > 2000) away(true);
      setTimeout(connect, wait + Math.random() * 500);
      wait = Math.min(wait * 2, 30000);
    };
  };
  connect();
  window.addEventListener("online", () => heard("*"));

  /* A verb of our own: the thread came with the answer, and the socket tells the rest. */
  document.body.addEventListener("changed", () => { if (polling) heard("*"); });

  /* As many rows as the screen shows, up to what the server gives at once. */
  document.addEventListener("htmx:configRequest", (event) => {
    const { elt, parameters, triggeringEvent } = event.detail;
    if (elt.id !== "listing" || triggeringEvent?.type !== "refresh") return;
    const rows = elt.querySelectorAll(".row").length;
    if (rows > 20) parameters.take = Math.min(200, Math.ceil(rows / 20) * 20);
  });
})();
