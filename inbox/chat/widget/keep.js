/* What outlives the page: the session, what is not yet sent, how far was read. Where the browser keeps nothing,
   it lives as long as the page. */
class Keep {
  #memory = new Map();

  constructor(key) {
    this.prefix = `waybill.${key}.`;
  }

  get(name) {
    try {
      return JSON.parse(localStorage.getItem(this.prefix + name));
    } catch {
      return this.#memory.get(name) ?? null;
    }
  }

  set(name, value) {
    try {
      if (value === null) localStorage.removeItem(this.prefix + name);
      else localStorage.setItem(this.prefix + name, JSON.stringify(value));
    } catch {
      if (value === null) this.#memory.delete(name);
      else this.#memory.set(name, value);
    }
  }

  /* Each unsent message under a name of its own, so that two tabs never write over each other. */
  hold(item) {
    this.set(`out.${item.key}`, item);
  }

  release(key) {
    this.set(`out.${key}`, null);
  }

  held(key) {
    return this.get(`out.${key}`);
  }

  /* Oldest first. */
  unsent() {
    const names = [...this.#memory.keys()];
    try {
      names.push(...Object.keys(localStorage).filter((each) => each.startsWith(this.prefix)).map((each) => each.slice(this.prefix.length)));
    } catch { /* nothing is kept here */ }
    return names.filter((each) => each.startsWith("out.")).map((each) => this.get(each)).filter(Boolean).sort((a, b) => a.at - b.at);
  }

  forget() {
    for (const item of this.unsent()) this.release(item.key);
    for (const name of ["session", "signed", "talking", "read", "email"]) this.set(name, null);
  }

  /* Another tab changed something. */
  watch(tell) {
    const heard = (event) => event.key?.startsWith(this.prefix) && tell(event.key.slice(this.prefix.length));
    addEventListener("storage", heard);
    return () => removeEventListener("storage", heard);
  }
}
