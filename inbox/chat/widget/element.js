/* <waybill-chat>: the button in the corner, and the panel behind it. */
const PHONE = "(max-width: 520px)";

class WaybillChat extends HTMLElement {
  static observedAttributes = ["data-product", "data-cart", "data-shopper"];

  async connectedCallback() {
    if (this.keep) return;
    const { key, base } = HOME;
    this.keep = new Keep(key);
    if (this.keep.get("signed") && !this.dataset.shopper) this.keep.forget(); // somebody signed out here
    const chat = this;
    const context = { page: () => this.#page(), get shopper() { return chat.dataset.shopper; } };
    this.wire = new Wire(base, this.keep, context);
    this.locale = this.dataset.locale || document.documentElement.lang || navigator.language;
    this.settings = await this.#asked();
    if (!this.settings || !this.isConnected) return;
    this.#build();
    if (this.keep.get("talking") || this.keep.unsent().length) this.#begin();
    if (this.dataset.open !== undefined && this.dataset.open !== "false") this.open();
  }

  disconnectedCallback() {
    this.wire?.stop();
    this.unwatch?.();
  }

  attributeChangedCallback() {
    this.wire?.moved();
  }

  /* No chat is better than a broken one: without an answer the page stays as it was. */
  async #asked() {
    for (const wait of [0, 5_000, 30_000]) {
      await new Promise((go) => setTimeout(go, wait));
      try {
        return await this.wire.ask(`settings?locale=${encodeURIComponent(this.locale)}`);
      } catch (error) {
        if (error instanceof Refused && error.status < 500) return null;
      }
    }
    return null;
  }

  #page() {
    const { product = "", cart = "" } = this.dataset;
    return { url: location.href, title: document.title, product, cart: cart.split(",").map((each) => each.trim()).filter(Boolean) };
  }

  #build() {
    this.say = speaking(this.locale);
    this.times = new Times(this.locale, this.say);
    const sheet = new CSSStyleSheet();
    const colour = getComputedStyle(this).getPropertyValue("--waybill-colour").trim() || this.dataset.colour || this.settings.colour;
    sheet.replaceSync(STYLE + themed(colour));
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet];
    this.count = h("span.count", { hidden: true, "aria-hidden": "true" });
    this.launch = h("button.launch", { type: "button", "aria-haspopup": "dialog", "aria-expanded": "false", onclick: () => (this.panel?.node.open ? this.close() : this.open()) }, icon("chat"), this.count);
    this.aloud = h("p.sr", { role: "status" });
    root.append(this.launch, this.aloud);
    this.#counted(0);
    this.unwatch = this.keep.watch((name) => this.#elsewhere(name));
  }

  /* Another tab wrote, was read, or began. */
  #elsewhere(name) {
    if (name.startsWith("out.")) this.panel?.thread.showUnsent();
    else if (name === "read") this.#look();
    else if (name === "talking" && this.keep.get("talking")) this.#begin();
  }

  #begin() {
    if (!this.panel) this.#unfold();
    this.wire.session ??= this.keep.get("session");
    this.wire.start();
  }

  #unfold() {
    this.panel = new Panel(this.wire, this.keep, this.settings, this.say, this.times);
    const { node, closer } = this.panel;
    closer.addEventListener("click", () => this.close());
    node.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.isComposing) return;
      event.preventDefault();
      this.close();
    });
    node.addEventListener("cancel", (event) => { event.preventDefault(); this.close(); });
    this.shadowRoot.append(node);
    this.wire.addEventListener("messages", (event) => this.#arrived(event.detail));
    matchMedia(PHONE).addEventListener("change", () => node.open && this.#lay());
    document.addEventListener("visibilitychange", () => this.#look());
    visualViewport?.addEventListener("resize", () => this.#fit());
    visualViewport?.addEventListener("scroll", () => this.#fit());
  }

  open() {
    if (!this.settings || this.panel?.node.open) return;
    this.#begin();
    this.#lay();
    this.panel.thread.toEnd();
    this.panel.rest();
    this.#look();
  }

  /* A sheet over all of a phone, which keeps the focus; a box in the corner of a desk. */
  #lay() {
    const { node } = this.panel;
    const phone = matchMedia(PHONE).matches;
    if (node.open) node.close();
    if (phone) node.showModal();
    else node.show();
    this.toggleAttribute("data-unfolded", true);
    this.launch.setAttribute("aria-expanded", "true");
    this.launch.firstChild.replaceWith(icon("down"));
    document.documentElement.style.overflow = phone ? "hidden" : "";
    this.#fit();
  }

  /* What the on-screen keyboard leaves. */
  #fit() {
    if (!visualViewport) return;
    this.panel.node.style.setProperty("--tall", `${visualViewport.height}px`);
    this.panel.node.style.setProperty("--top", `${visualViewport.offsetTop}px`);
    this.panel.thread.toEnd();
  }

  close() {
    if (!this.panel?.node.open) return;
    this.panel.node.close();
    this.toggleAttribute("data-unfolded", false);
    document.documentElement.style.overflow = "";
    this.launch.setAttribute("aria-expanded", "false");
    this.launch.firstChild.replaceWith(icon("chat"));
    this.launch.focus();
  }

  #arrived(messages) {
    const unread = this.#look();
    const last = messages.at(-1);
    if (unread && last && last.from !== "shopper" && !this.panel.node.open) this.aloud.textContent = this.say("fresh", last);
  }

  /* What is on the screen counts as read, in every tab; how much is not. */
  #look() {
    const answers = this.panel?.thread.messages.filter((each) => each.from === "team" || each.from === "machine") ?? [];
    const newest = answers.at(-1)?.at ?? "";
    if (this.panel?.node.open && !document.hidden && newest > (this.keep.get("read") ?? "")) {
      this.keep.set("read", newest);
      this.wire.seen();
    }
    const unread = answers.filter((each) => each.at > (this.keep.get("read") ?? "")).length;
    this.#counted(unread);
    return unread;
  }

  #counted(unread) {
    const name = this.say("chat", { name: this.settings.name });
    this.count.hidden = !unread;
    this.count.textContent = unread > 9 ? "9+" : String(unread);
    this.launch.setAttribute("aria-label", unread ? `${name}, ${this.say("unread", { n: unread })}` : name);
  }
}
