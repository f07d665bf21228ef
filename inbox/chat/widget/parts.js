/* Elements, built without a line of HTML: nothing anybody writes can become more than text. */
function h(tag, props = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  const node = document.createElement(name || "div");
  if (classes.length) node.className = classes.join(" ");
  for (const [key, value] of Object.entries(props)) {
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (value === true) node.setAttribute(key, "");
    else if (value !== false && value != null) node.setAttribute(key, value);
  }
  node.append(...children.flat().filter((each) => each != null && each !== false));
  return node;
}

const SVG = "http://www.w3.org/2000/svg";
const ICONS = {
  chat: "M21 11.5a8.4 8.4 0 0 1-8.5 8.3c-1.3 0-2.6-.3-3.7-.8L3.5 20.5l1.6-4.7A8 8 0 0 1 4 11.5a8.4 8.4 0 0 1 8.5-8.3 8.4 8.4 0 0 1 8.5 8.3Z",
  close: "M18 6 6 18M6 6l12 12",
  send: "M12 19V5M5.5 11.5 12 5l6.5 6.5",
  attach: "m20.5 11.5-8.6 8.6a5.6 5.6 0 0 1-8-8l8.6-8.5a3.7 3.7 0 0 1 5.3 5.3l-8.6 8.6a1.9 1.9 0 0 1-2.7-2.7l8-7.9",
  down: "m6 9 6 6 6-6",
  file: "M14 2.5H6.5a2 2 0 0 0-2 2v15a2 2 0 0 0 2 2h11a2 2 0 0 0 2-2V8Zm0 0V8h5.5",
};

function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false" })) svg.setAttribute(key, value);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/* Text with its web addresses as links; only http and https become one. */
function linked(text) {
  const pieces = [];
  let done = 0;
  for (const found of text.matchAll(/https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]}»”’]/g)) {
    if (!URL.canParse(found[0])) continue;
    pieces.push(text.slice(done, found.index), outward(found[0], found[0]));
    done = found.index + found[0].length;
  }
  return [...pieces, text.slice(done)];
}

function outward(address, ...children) {
  const safe = URL.canParse(address) && /^https?:$/.test(new URL(address).protocol);
  return safe ? h("a", { href: address, target: "_blank", rel: "noopener noreferrer nofollow" }, ...children) : h("span", {}, ...children);
}

function size(bytes) {
  return bytes < 1_048_576 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1_048_576).toFixed(1)} MB`;
}

/* "9:12 AM", "Today", "Monday, 9:00 AM", as the shopper's language and clock say it. */
class Times {
  constructor(locale, say) {
    const known = spoken(locale) ? locale : "en";
    const shown = (options) => new Intl.DateTimeFormat(known, options);
    Object.assign(this, {
      say, clock: shown({ timeStyle: "short" }), date: shown({ weekday: "long", day: "numeric", month: "long" }),
      soon: shown({ weekday: "long", hour: "numeric", minute: "2-digit" }),
    });
  }

  day(at) {
    const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / 86_400_000);
    return days === 0 ? this.say("today") : days === 1 ? this.say("yesterday") : this.date.format(at);
  }
}
