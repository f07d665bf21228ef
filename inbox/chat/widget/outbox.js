/* What the shopper wrote waits here until the server says `kept`; if it did not, it goes out again under the same key.
   One after the other, so that they arrive in the order they were written. */
const PATIENCE = 10_000; // ms without an answer to something that asks for one

/* Pages without https have no randomUUID. */
const uuid = () => crypto.randomUUID?.()
  ?? "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (c) => (c ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (c / 4)))).toString(16));

class Outbox {
  #busy = ""; // the key that waits for its `kept`
  #timer = 0;

  constructor(wire, keep) {
    Object.assign(this, { wire, keep });
  }

  add(text, files, reply) {
    const item = { key: uuid(), text, files, page: this.wire.context.page(), at: Date.now(), ...(reply && { reply }) };
    this.keep.hold(item);
    this.keep.set("talking", true);
    this.wire.tell("unsent");
    this.flush();
  }

  retry(key) {
    const item = this.keep.held(key);
    if (!item) return;
    delete item.refused;
    this.keep.hold(item);
    this.wire.tell("unsent");
    this.flush();
  }

  async flush() {
    if (!this.wire.ready || this.#busy) return;
    const item = this.keep.unsent().find((each) => !each.refused);
    if (!item) return;
    const { key, text, page, reply, files } = item;
    this.#busy = key;
    this.#timer = setTimeout(() => this.wire.mistrust(), PATIENCE);
    try {
      await this.wire.say({ key, text, page, files: files.map((each) => each.id), ...(reply && { reply }) });
    } catch (error) {
      if (error instanceof Refused && error.status < 500) this.refused(key, error);
      else this.lost(); // the next sign of life tries again
    }
  }

  /* The line broke: whether it arrived is not known, so it stays. */
  lost() {
    this.#busy = "";
    clearTimeout(this.#timer);
  }

  kept(key) {
    const item = this.keep.held(key);
    this.keep.release(key);
    if (item) this.wire.tell("kept", item);
    if (this.#busy === key) this.lost();
    this.flush();
  }

  refused(key, error) {
    const item = this.keep.held(key);
    clearTimeout(this.#timer);
    if (item && error.after) { // too fast: later, by itself
      this.keep.hold({ ...item, due: Date.now() + error.after * 1000 });
      this.#timer = setTimeout(() => { this.lost(); this.flush(); }, error.after * 1000);
      return this.wire.tell("unsent");
    }
    if (item) this.keep.hold({ ...item, refused: error.message || " " });
    if (this.#busy === key) this.lost();
    this.wire.tell("unsent");
    this.flush();
  }
}
