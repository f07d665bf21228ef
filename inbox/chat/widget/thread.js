/* What was said, oldest first, and below it what is not yet with the server. */
const RUN = 5 * 60_000; // ms within which the same person's messages stand together

class Thread {
  #shown = new Map(); // id → { message, node }
  #kept = new Map(); // key → what the server has, until it shows it as a message
  #last = null;
  #day = "";

  constructor(say, times, keep, retry) {
    Object.assign(this, { say, times, keep, retry });
    this.log = h("div.log", { role: "log", "aria-live": "polite", "aria-label": say("log"), tabindex: "0" });
    this.unsent = h("div.unsent");
    this.tail = h("div.tail");
    this.node = h("div.scroll", { onscroll: () => this.#atEnd() && (this.fall.hidden = true) }, this.log, this.unsent, this.tail);
    this.fall = h("button.fall", { type: "button", hidden: true, onclick: () => this.toEnd() }, icon("down"), say("below"));
  }

  get messages() {
    return [...this.#shown.values()].map((each) => each.message);
  }

  get isNew() {
    return !this.messages.some((each) => each.from === "shopper") && !this.keep.unsent().length && !this.#kept.size;
  }

  greet(name, text) {
    if (!text || this.greeting) return;
    this.greeting = h("div.msg", {}, h("p.by", {}, h("b", {}, name)), h("div.body", {}, h("p", { dir: "auto" }, linked(text))));
    this.log.prepend(this.greeting);
  }

  clear() {
    this.#empty();
    this.#kept.clear();
    this.showUnsent();
  }

  /* New ones are appended, known ones (edited, removed) change in their place; the ones that are new. */
  show(messages) {
    const follow = this.#atEnd();
    const fresh = messages.filter((each) => !this.#shown.has(each.id));
    this.log.setAttribute("aria-busy", String(fresh.length > 3)); // a whole history is not read aloud
    const newest = this.#last?.at ?? "";
    for (const message of messages) this.#put(message);
    if (fresh.some((each) => each.at < newest)) this.#sort();
    this.showUnsent();
    if (follow || fresh.some((each) => each.from === "shopper")) this.toEnd();
    else if (fresh.length) this.fall.hidden = false;
    setTimeout(() => this.log.setAttribute("aria-busy", "false"), 500);
    return fresh;
  }

  #put(message) {
    const before = this.#shown.get(message.id);
    if (message.key) this.#kept.delete(message.key);
    if (before) {
      const { text, edited, removed, name } = before.message;
      if (text === message.text && edited === message.edited && removed === message.removed && name === message.name) return;
      const node = this.#message(message);
      node.classList.toggle("same", before.node.classList.contains("same"));
      before.node.replaceWith(node);
      this.#shown.set(message.id, { message, node });
      return;
    }
    const day = this.times.day(message.at);
    if (day !== this.#day) this.log.append(h("p.day", {}, day));
    const node = this.#message(message);
    node.classList.toggle("same", day === this.#day && this.#together(this.#last, message));
    this.#day = day;
    this.#last = message;
    this.#shown.set(message.id, { message, node });
    this.log.append(node);
  }

  /* One came late: all in the order of their times. */
  #sort() {
    const all = this.messages.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
    this.#empty();
    for (const message of all) this.#put(message);
  }

  #empty() {
    this.#shown.clear();
    this.#last = null;
    this.#day = "";
    this.log.replaceChildren(...(this.greeting ? [this.greeting] : []));
  }

  #together(before, message) {
    return before?.from === message.from && before.name === message.name && new Date(message.at) - new Date(before.at) < RUN;
  }

  #message({ from, name, text, at, files = [], edited, removed }) {
    const own = from === "shopper";
    const by = own ? h("p.by.sr", {}, this.say("you")) : h("p.by", {}, h("b", {}, name), from === "machine" && ` · ${this.say("machine")}`);
    return h(`div.msg.${own ? "own" : from}`, {}, by,
      removed ? h("p.gone", {}, this.say("removed")) : text && h("div.body", {}, h("p", { dir: "auto" }, linked(text))),
      !removed && files.map(attached),
      h("p.meta", {}, h("time", { datetime: at }, this.times.clock.format(new Date(at))), edited && !removed && h("span", {}, this.say("edited")), own && h("span.state", {}, this.say("sent"))));
  }

  kept(item) {
    if (!this.messages.some((each) => each.key === item.key)) this.#kept.set(item.key, item);
    this.showUnsent();
  }

  showUnsent() {
    const follow = this.#atEnd();
    const held = this.keep.unsent().filter((each) => !this.#kept.has(each.key));
    this.unsent.replaceChildren(...[...this.#kept.values()].map((each) => this.#waiting(each, "sent")), ...held.map((each) => this.#waiting(each, "sending")));
    if (follow) this.toEnd();
  }

  #waiting(item, state) {
    const told = item.refused
      ? [h("span.bad", {}, `${this.say("notSent")} ${item.refused}`.trim()), this.#text("again", () => this.retry(item.key)), this.#text("remove", () => { this.keep.release(item.key); this.showUnsent(); })]
      : [h("span", {}, item.due > Date.now() ? this.say("slow", { when: this.times.clock.format(item.due) }) : this.say(state))];
    return h(`div.msg.own${state === "sent" ? "" : ".waits"}`, { "data-state": item.refused ? "refused" : state }, h("p.by.sr", {}, this.say("you")),
      item.text && h("div.body", {}, h("p", { dir: "auto" }, linked(item.text))), item.files.map(attached), h("p.meta", {}, ...told));
  }

  #text(line, act) {
    return h("button.text", { type: "button", onclick: act }, this.say(line));
  }

  #atEnd() {
    const { scrollTop, clientHeight, scrollHeight } = this.node;
    return scrollTop + clientHeight > scrollHeight - 80;
  }

  toEnd() {
    this.fall.hidden = true;
    this.node.scrollTop = this.node.scrollHeight;
  }
}

/* A link, not a picture: a page's content policy need not let our pictures in. */
function attached(file) {
  const inside = [icon("file"), h("b", {}, file.name), file.size ? h("span", {}, size(file.size)) : null];
  const link = file.url ? outward(file.url, ...inside) : h("span", {}, ...inside);
  link.className = "file";
  return link;
}
