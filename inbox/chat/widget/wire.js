/* How the widget and the server speak: a socket; thrice without one, a question every few seconds.
   Tells: session, messages, typing, open, online, error; and of what the shopper writes (outbox.js): unsent, kept. */
const TRIES = 3;
const BEAT = 25_000; // ms between signs of life
const RETURN = 60_000; // ms after which polling tries the socket again

class Refused extends Error {
  constructor(said, status) {
    super(said.words || "");
    Object.assign(this, { code: said.error, status, after: said.retry_after });
  }
}

class Wire extends EventTarget {
  #socket = null;
  #ready = false; // welcomed by the socket, or polling without a fault
  #failed = 0;
  #wait = 500;
  #polling = false;
  #cursor = "";
  #timers = {};
  #typed = 0;

  constructor(base, keep, context) {
    super();
    Object.assign(this, { base, keep, context, running: false, session: keep.get("session") });
    this.outbox = new Outbox(this, keep);
    addEventListener("online", () => this.running && this.#again(0));
    addEventListener("pagehide", () => this.#leave());
    addEventListener("pageshow", (event) => event.persisted && this.running && this.#again(0));
    document.addEventListener("visibilitychange", () => !document.hidden && this.#polling && this.#poll());
  }

  tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  #later(name, after, what) {
    clearTimeout(this.#timers[name]);
    this.#timers[name] = setTimeout(what, after);
  }

  /* One HTTP question. Raises Refused with the server's words, or what fetch raises when nobody is there. */
  async ask(path, body, signal) {
    const headers = this.session ? { Authorization: `Bearer ${this.session}` } : {};
    if (body) headers["Content-Type"] = "application/json";
    const answer = await fetch(this.base + path, {
      method: body ? "POST" : "GET", headers, body: body && JSON.stringify(body), credentials: "omit",
      signal: signal ?? AbortSignal.timeout(2 * PATIENCE),
    });
    const said = answer.status === 204 ? {} : await answer.json().catch(() => ({}));
    if (answer.ok) return said;
    throw new Refused(said, answer.status);
  }

  async start() {
    if (this.running) return;
    this.running = true;
    await this.#begin();
  }

  /* Who is here: the session this browser had goes on, or another begins. */
  async #begin() {
    try {
      const { shopper } = this.context;
      const before = this.session;
      const said = await this.ask("session", { session: before ?? "", shopper: shopper ?? "", page: this.context.page() });
      if (before !== said.session) this.#cursor = "";
      if (said.problem) console.warn(`Waybill chat: ${said.problem}`); // for the shop's developer
      this.session = said.session;
      this.keep.set("session", said.session);
      this.keep.set("signed", Boolean(shopper));
      this.tell("session", { ...said, other: before !== said.session });
      this.#connect();
    } catch (error) {
      if (error.status === 401) this.session = null;
      this.#offline();
      this.#again(error.after ? error.after * 1000 : this.#backoff());
    }
  }

  #backoff() {
    this.#wait = Math.min(this.#wait * 2, 30_000);
    return this.#wait * (0.5 + Math.random() / 2);
  }

  #again(after) {
    this.#later("again", after, () => {
      if (!this.session) this.#begin();
      else if (this.#polling) this.#poll();
      else if (!this.#socket) this.#connect();
    });
  }

  #connect() {
    if (this.#socket || !this.session) return;
    let socket;
    try {
      socket = new WebSocket(this.base.replace(/^http/, "ws") + "socket");
    } catch {
      return this.#dropped();
    }
    this.#socket = socket;
    this.#later("late", PATIENCE, () => this.mistrust());
    socket.onopen = () => {
      this.#frame({ type: "hello", session: this.session, after: this.#cursor, page: this.context.page() });
    };
    socket.onmessage = (event) => this.#socket === socket && this.#heard(JSON.parse(event.data));
    socket.onclose = () => this.#socket === socket && this.#dropped();
  }

  #frame(frame) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame));
  }

  #heard(said) {
    clearTimeout(this.#timers.late);
    this.#later("beat", BEAT, () => {
      this.#frame({ type: "ping" });
      this.#later("late", PATIENCE, () => this.mistrust());
    });
    if (said.type === "welcome") this.#welcomed(said);
    else if (said.type === "messages") this.#take(said);
    else if (said.type === "typing") this.tell("typing", said.name);
    else if (said.type === "kept") this.outbox.kept(said.key);
    else if (said.type === "bye") this.mistrust();
    else if (said.type === "error") this.#refusedBySocket(said);
  }

  #welcomed(said) {
    Object.assign(this, { session: said.session ?? this.session });
    this.#failed = 0;
    this.#wait = 500;
    this.#polling = false;
    clearTimeout(this.#timers.poll);
    this.#take(said);
    this.#online();
  }

  #refusedBySocket(said) {
    const error = new Refused(said, 0);
    if (said.error === "session") {
      this.session = null;
      this.mistrust();
    } else if (said.key) this.outbox.refused(said.key, error);
    else this.tell("error", error);
  }

  #dropped() {
    this.#socket = null;
    this.outbox.lost();
    for (const name of ["late", "beat"]) clearTimeout(this.#timers[name]);
    this.#failed += 1;
    if (!this.running) return;
    if (this.#failed >= TRIES && !this.#polling && this.session) {
      this.#polling = true;
      this.#poll();
    } else if (!this.#polling) {
      this.#offline();
      this.#again(this.#backoff());
    }
    if (this.#polling) this.#later("socket", RETURN * (0.75 + Math.random() / 2), () => this.#connect());
  }

  async #poll() {
    clearTimeout(this.#timers.poll);
    let after = document.hidden ? 20_000 : 3_000;
    try {
      const said = await this.ask(`messages?after=${encodeURIComponent(this.#cursor)}`);
      if (!this.#polling) return;
      this.#take(said);
      this.tell("typing", said.typing);
      this.#wait = 500;
      this.#online();
    } catch (error) {
      this.#offline();
      after = error.after ? error.after * 1000 : this.#backoff();
      if (error.status === 401) {
        this.session = null;
        return this.#again(0);
      }
    }
    if (this.#polling && this.running) this.#later("poll", after, () => this.#poll());
  }

  #take(said) {
    this.#cursor = said.cursor || this.#cursor;
    if (said.open !== undefined) this.tell("open", said.open);
    for (const each of said.messages) if (each.key) this.keep.release(each.key);
    this.tell("messages", said.messages);
  }

  #online() {
    this.#ready = true;
    this.tell("online", true);
    this.outbox.flush();
  }

  #offline() {
    this.#ready = false;
    this.tell("online", false);
  }

  get ready() {
    return this.#ready;
  }

  /* Answers by `outbox.kept` or `outbox.refused`; raises where it is known that it did not arrive. */
  async say(said) {
    if (!this.#polling) return this.#frame({ type: "say", ...said });
    await this.ask("say", said);
    this.outbox.kept(said.key);
    this.#poll();
  }

  /* A socket that stays silent when it was asked is dead, whatever it says of itself. */
  mistrust() {
    const socket = this.#socket;
    if (!socket) return;
    this.#dropped(); // the browser may wait long for the other side's good-bye
    socket.close();
  }

  typing() {
    if (!this.#ready || Date.now() - this.#typed < 3_000) return;
    this.#typed = Date.now();
    if (this.#polling) this.ask("typing", {}).catch(() => {}); // says nothing that matters
    else this.#frame({ type: "typing" });
  }

  seen() {
    if (this.#ready && !this.#polling) this.#frame({ type: "seen", cursor: this.#cursor });
  }

  moved() {
    if (this.#ready && !this.#polling) this.#frame({ type: "page", page: this.context.page() });
  }

  #leave() {
    this.#ready = false;
    this.#socket?.close();
  }

  stop() {
    this.running = false;
    for (const timer of Object.values(this.#timers)) clearTimeout(timer);
    this.outbox.lost();
    this.#leave();
  }
}
