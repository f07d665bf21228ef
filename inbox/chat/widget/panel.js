/* The panel: head, conversation, steps, composer. It is made when it is first opened. */
class Panel {
  constructor(wire, keep, settings, say, times) {
    Object.assign(this, { wire, keep, settings, say, known: null, email: keep.get("email") ?? "" });
    this.thread = new Thread(say, times, keep, (key) => wire.outbox.retry(key));
    this.composer = new Composer(say, wire, settings, () => this.thread.isNew);
    this.hours = h("p.hours");
    this.strip = h("p.strip", { role: "status", hidden: true }, say("lost"));
    this.types = h("p.types", { hidden: true });
    this.closer = h("button.icon", { type: "button", "aria-label": say("close") }, icon("close"));
    this.composer.node.prepend(this.thread.fall);
    this.node = h("dialog", { "aria-labelledby": "name" },
      h("div.head", {}, h("div", {}, h("h2", { id: "name" }, settings.name), this.hours), this.closer),
      this.strip, this.thread.node, this.types, this.composer.help, this.composer.node);
    this.times = times;
    this.#dropping();
    this.#listen();
    this.thread.greet(settings.name, settings.greeting);
    this.opened(settings.open);
    this.thread.showUnsent();
    this.offer();
  }

  #listen() {
    const on = (type, act) => this.wire.addEventListener(type, (event) => act(event.detail));
    on("messages", (messages) => this.#heard(messages));
    on("unsent", () => { this.thread.showUnsent(); this.thread.toEnd(); this.offer(); });
    on("kept", (item) => { this.composer.tell(""); this.thread.kept(item); });
    on("typing", (name) => this.#typing(name));
    on("online", (is) => this.#online(is));
    on("open", (is) => this.opened(is));
    on("error", (error) => this.composer.tell(error.message, true));
    on("session", ({ known, other }) => {
      if (other) this.thread.clear();
      this.known = known;
      this.offer();
    });
  }

  #heard(messages) {
    const fresh = this.thread.show(messages);
    if (fresh.some((each) => each.from !== "shopper")) this.#typing(null);
    const asked = fresh.at(-1)?.ask;
    if (asked === "identify" && !this.known) this.identify();
    else if (asked === "email" && !this.email) this.mail();
    else if (!this.asking) this.offer();
  }

  opened(is) {
    const before = this.isOpen;
    this.isOpen = is;
    const at = this.settings.opens_at && new Date(this.settings.opens_at);
    const back = at && at > new Date() ? ` · ${this.say("back", { when: this.times.soon.format(at) })}` : "";
    this.hours.textContent = is ? this.say("open") : this.say("closed") + back;
    this.hours.classList.toggle("shut", !is);
    if (before !== is && !this.asking) this.offer();
  }

  /* A short gap is nobody's business. */
  #online(is) {
    clearTimeout(this.gap);
    if (is) this.strip.hidden = true;
    else this.gap = setTimeout(() => (this.strip.hidden = false), 2_000);
  }

  #typing(name) {
    clearTimeout(this.typed);
    this.types.hidden = !name;
    this.types.textContent = name ? this.say("types", { name }) : "";
    if (name) this.typed = setTimeout(() => this.#typing(null), 7_000);
  }

  /* What can be done besides writing: quick replies at first, later who one is and where the answer goes. */
  offer() {
    if (this.asking) return;
    if (!this.isOpen && !this.thread.isNew && !this.later && !this.email && !this.known?.email) return this.mail();
    const chip = (words, act) => h("button.chip", { type: "button", onclick: act }, words);
    const chips = this.thread.isNew
      ? (this.settings.replies ?? []).map((reply) => chip(reply.label, () => this.#reply(reply)))
      : [!this.known && chip(this.say("identify"), () => this.identify(true)), !this.email && !this.known?.email && chip(this.say("byEmail"), () => this.mail(true))].filter(Boolean);
    this.thread.tail.replaceChildren(...(chips.length ? [h("div.chips", { role: "group", "aria-label": this.settings.name }, ...chips)] : []));
    this.thread.toEnd();
  }

  #reply(reply) {
    this.wire.outbox.add(reply.text, [], reply.name);
    if (reply.name !== "person" && !this.known) this.identify();
    this.rest();
  }

  #show(card, wanted) {
    this.asking = true;
    const held = this.thread.tail.contains(this.node.getRootNode().activeElement);
    this.thread.tail.replaceChildren(card);
    this.thread.toEnd();
    if (wanted || held) card.begin();
  }

  #leave() {
    this.asking = false;
    this.offer();
    this.rest();
  }

  /* Where the cursor waits; on a phone not where it would bring up the keyboard. */
  rest() {
    (matchMedia("(pointer: coarse)").matches ? this.thread.log : this.composer.text).focus();
  }

  /* `wanted`: the shopper chose it, so the cursor goes there. */
  identify(wanted = false) {
    identifying(this.say, this.wire, (card) => this.#show(card, wanted), () => this.#leave(), (known) => {
      this.known = known;
      this.#leave();
      this.composer.tell(this.say("known", known));
    });
  }

  mail(wanted = false) {
    mailing(this.say, this.wire, (card) => this.#show(card, wanted), () => { this.later = true; this.#leave(); }, this.isOpen, (email) => {
      this.email = email;
      this.keep.set("email", email);
      this.#leave();
      this.composer.tell(this.say("emailKept", { email }));
    });
  }

  #dropping() {
    const over = (event, is) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      this.node.classList.toggle("drop", is);
    };
    this.node.addEventListener("dragover", (event) => over(event, true));
    this.node.addEventListener("dragleave", (event) => over(event, false));
    this.node.addEventListener("drop", (event) => {
      over(event, false);
      this.composer.add(event.dataTransfer.files);
    });
  }
}
