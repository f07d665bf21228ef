/* Small forms below the conversation: who the shopper is, and where answers go. */
function field(say, line, props) {
  const wrong = h("span.bad", { id: `${props.name}-wrong` });
  const input = h("input", { ...props, required: true, "aria-describedby": wrong.id, oninput: () => told(input, wrong, "") });
  return { input, wrong, node: h("label", {}, say(line), input, wrong) };
}

function told(input, wrong, words) {
  wrong.textContent = words;
  if (words) input.setAttribute("aria-invalid", "true");
  else input.removeAttribute("aria-invalid");
}

/* A card with fields: `done(values)` is asked once all are filled in; what it raises is shown at the last field. */
function step(say, { label, why, fields, button, done, leave, back }) {
  const made = fields.map(([line, props]) => field(say, line, props));
  const go = h("button.go", { type: "submit" }, say(button));
  const submit = async (event) => {
    event.preventDefault();
    for (const { input, wrong } of made) told(input, wrong, input.value.trim() && input.checkValidity() ? "" : input.validationMessage || say("needed"));
    const bad = made.find(({ input }) => input.hasAttribute("aria-invalid"));
    if (bad) return bad.input.focus();
    if (go.getAttribute("aria-disabled")) return;
    go.setAttribute("aria-disabled", "true");
    try {
      await done(Object.fromEntries(made.map(({ input }) => [input.name, input.value.trim()])));
    } catch (error) {
      const { input, wrong } = made.at(-1);
      told(input, wrong, error.message && error instanceof Refused ? error.message : say("trouble"));
      input.focus();
    }
    go.removeAttribute("aria-disabled");
  };
  const away = h("button.quiet", { type: "button", onclick: back ?? leave }, say(back ? "other" : "optional"));
  const card = h("form.card", { novalidate: true, "aria-label": say(label), onsubmit: submit }, h("p", { role: "status" }, say(why)), made.map((each) => each.node), h("div.row", {}, go, away));
  card.begin = () => made[0].input.focus({ preventScroll: true });
  return card;
}

/* Order number and e-mail, then the code that went to the address on the order. */
function identifying(say, wire, show, leave, known) {
  const ask = () => show(step(say, {
    label: "identify", why: "identifyWhy", button: "sendCode", leave,
    fields: [["order", { name: "order_number", autocomplete: "off", maxlength: "60" }], ["email", { name: "email", type: "email", autocomplete: "email", maxlength: "254" }]],
    done: async (values) => { await wire.ask("identify", values); confirm(); },
  }));
  const confirm = () => show(step(say, {
    label: "identify", why: "codeWhy", button: "check", back: ask,
    fields: [["code", { name: "code", inputmode: "numeric", autocomplete: "one-time-code", maxlength: "12" }]],
    done: async (values) => known((await wire.ask("code", values)).known),
  }));
  ask();
}

function mailing(say, wire, show, leave, open, kept) {
  show(step(say, {
    label: "byEmail", why: open ? "emailWhy" : "emailClosed", button: "save", leave,
    fields: [["email", { name: "email", type: "email", autocomplete: "email", maxlength: "254" }]],
    done: async (values) => { await wire.ask("email", values); kept(values.email); },
  }));
}
