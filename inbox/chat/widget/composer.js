/* Where the shopper writes: words, files on their way, and articles that may already answer. */
const PAUSE = 350; // ms of stillness before articles are looked for
const LEAST = 4; // characters

class Composer {
  #files = new Set(); // { name, size, type, id?, request, node }
  #asked = null;
  #timer = 0;
  #long = false;

  constructor(say, wire, settings, isNew) {
    Object.assign(this, { say, wire, settings, isNew });
    this.text = h("textarea", {
      rows: "1", placeholder: say("write"), "aria-label": say("write"), enterkeyhint: "send", "aria-describedby": "note",
      oninput: () => this.#typed(), onkeydown: (event) => this.#key(event), onpaste: (event) => this.#pasted(event),
    });
    this.picker = h("input", { type: "file", hidden: true, multiple: true, accept: (settings.upload?.types ?? []).join(","), onchange: () => this.#picked() });
    this.button = h("button.send", { type: "submit", "aria-label": say("send"), "aria-disabled": "true" }, icon("send"));
    this.note = h("p.note", { id: "note", role: "status" });
    this.tray = h("ul.tray");
    this.help = h("section.help", { hidden: true, "aria-label": say("help") });
    const attach = settings.upload && h("button.icon", { type: "button", "aria-label": say("attach"), onclick: () => this.picker.click() }, icon("attach"));
    this.node = h("form.foot", { novalidate: true, onsubmit: (event) => this.#send(event) }, this.note, this.tray, h("div.line", {}, attach, this.text, this.button), this.picker);
    this.text.value = this.#draft ?? "";
    this.#look();
  }

  get #draft() {
    try { return sessionStorage.getItem(this.wire.keep.prefix + "draft"); } catch { return ""; }
  }

  set #draft(text) {
    try { sessionStorage.setItem(this.wire.keep.prefix + "draft", text); } catch { /* kept by the field alone */ }
  }

  tell(words, bad = false) {
    this.note.textContent = words;
    this.note.classList.toggle("bad", bad);
  }

  #look() {
    const nothing = !this.text.value.trim() && !this.#files.size;
    this.button.setAttribute("aria-disabled", String(nothing || this.#over > 0));
    if (this.#over > 0) this.tell(this.say("tooLong", { n: this.#over }), true);
    else if (this.#long) this.tell("");
    this.#long = this.#over > 0;
  }

  get #over() {
    return this.text.value.trim().length - (this.settings.longest_text || Infinity);
  }

  #typed() {
    this.#draft = this.text.value;
    this.#look();
    if (this.text.value.trim()) this.wire.typing();
    clearTimeout(this.#timer);
    this.#asked?.abort();
    if (this.isNew()) this.#timer = setTimeout(() => this.#suggest(), PAUSE);
  }

  async #suggest() {
    const wanted = this.text.value.trim();
    if (wanted.length < LEAST) return this.#helped([]);
    this.#asked = new AbortController();
    try {
      const { articles } = await this.wire.ask(`articles?q=${encodeURIComponent(wanted.slice(0, 200))}`, null, this.#asked.signal);
      this.#helped(articles);
    } catch (error) {
      if (error.name !== "AbortError") this.#helped([]); // a help that cannot come is no error to show
    }
  }

  #helped(articles) {
    this.help.hidden = !articles.length;
    const one = ({ title, text, url }) => h("details", {}, h("summary", {}, icon("down"), title), h("p", {}, text, url && [" ", outward(url, this.say("more"))]));
    this.help.replaceChildren(h("h3", { role: "status" }, this.say("help")), ...articles.map(one));
  }

  #key(event) {
    const touch = matchMedia("(pointer: coarse)").matches; // there Enter makes a line, the button sends
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && !touch) {
      event.preventDefault();
      this.node.requestSubmit();
    }
  }

  #send(event) {
    event.preventDefault();
    const text = this.text.value.trim();
    const files = [...this.#files];
    if ((!text && !files.length) || this.#over > 0) return;
    if (files.some((each) => !each.id)) return this.tell(this.say("waitFiles"));
    this.wire.outbox.add(text, files.map(({ id, name, size, type }) => ({ id, name, size, type })));
    this.text.value = this.#draft = "";
    this.#files.clear();
    this.tray.replaceChildren();
    clearTimeout(this.#timer);
    this.#helped([]);
    this.tell("");
    this.#look();
    this.text.focus();
  }

  #picked() {
    this.add(this.picker.files);
    this.picker.value = "";
  }

  #pasted(event) {
    if (!event.clipboardData.files.length) return;
    event.preventDefault();
    this.add(event.clipboardData.files);
  }

  add(files) {
    if (!this.settings.upload) return;
    const { types = [], largest = Infinity, most = Infinity } = this.settings.upload;
    for (const file of files) {
      if (this.#files.size >= most) return this.tell(this.say("tooMany", { n: most }), true);
      const fits = !types.length || types.some((each) => each === file.type || (each.endsWith("/*") && file.type.startsWith(each.slice(0, -1))));
      if (!fits) this.tell(this.say("badType", file), true);
      else if (file.size > largest) this.tell(this.say("tooLarge", { name: file.name, size: size(largest) }), true);
      else this.#upload(file);
    }
  }

  /* By XMLHttpRequest: fetch does not say how far an upload is. */
  #upload(file) {
    const request = new XMLHttpRequest();
    const bar = h("progress", { max: "100", value: "0", "aria-label": this.say("uploading", file) });
    const sent = { name: file.name, size: file.size, type: file.type };
    const drop = () => { request.abort(); this.#files.delete(sent); row.remove(); this.#look(); };
    const row = h("li", {}, h("div", {}, h("b", {}, file.name), bar), h("button.icon", { type: "button", "aria-label": `${this.say("remove")}: ${file.name}`, onclick: () => { drop(); this.text.focus(); } }, icon("close")));
    const failed = () => { drop(); this.tell(request.response?.words || this.say("failed", file), true); };
    request.upload.onprogress = (event) => (bar.value = event.total ? (event.loaded / event.total) * 100 : 0);
    request.onload = () => {
      if (request.status >= 300 || !request.response?.id) return failed();
      sent.id = request.response.id;
      bar.replaceWith(h("span", {}, size(file.size)));
      this.tell("");
    };
    request.onerror = request.ontimeout = failed;
    request.open("POST", this.wire.base + "files");
    request.responseType = "json";
    request.timeout = 120_000;
    request.setRequestHeader("Authorization", `Bearer ${this.wire.session}`);
    const body = new FormData();
    body.append("file", file);
    request.send(body);
    this.#files.add(sent);
    this.tray.append(row);
    this.#look();
  }
}
