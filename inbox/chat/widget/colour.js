/* The seller's colour, made readable: on it stands black or white, and where it is text it is darkened or lightened
   until it stands out from the panel by 4.5 : 1 (WCAG 2, contrast). */
const PAPER = { light: [255, 255, 255], dark: [27, 30, 37] }; // and CANVAS: --paper and --canvas of style.js
const CANVAS = { light: [244, 245, 247], dark: [38, 42, 51] };
const OWN = "#3257c8";

function rgb(colour) {
  const pen = document.createElement("canvas").getContext("2d");
  if (!pen) return null;
  pen.fillStyle = OWN;
  pen.fillStyle = colour; // an unknown colour changes nothing
  const hex = /^#(..)(..)(..)$/.exec(pen.fillStyle);
  return hex ? hex.slice(1).map((each) => parseInt(each, 16)) : null;
}

function luminance(colour) {
  const [r, g, b] = colour.map((each) => {
    const part = each / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a, b) {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

const mixed = (colour, other, share) => colour.map((each, i) => Math.round(each + (other[i] - each) * share));
const css = (colour) => `rgb(${colour.join(" ")})`;

function readable(colour, paper) {
  const towards = luminance(paper) > 0.5 ? [0, 0, 0] : [255, 255, 255];
  let found = colour;
  for (let share = 0; contrast(found, paper) < 4.6 && share <= 1; share += 0.05) found = mixed(colour, towards, share);
  return found;
}

/* Custom properties for both schemes. */
function themed(colour) {
  const own = rgb(colour || OWN) ?? rgb(OWN) ?? [50, 87, 200];
  const both = (make) => `light-dark(${css(make(PAPER.light, CANVAS.light))}, ${css(make(PAPER.dark, CANVAS.dark))})`;
  const fill = (paper) => (contrast(own, paper) < 1.6 ? readable(own, paper) : own); // a button that is seen at all
  const ink = (paper) => (contrast(fill(paper), [255, 255, 255]) >= 4.5 ? [255, 255, 255] : [0, 0, 0]);
  const soft = (paper) => mixed(paper, readable(own, paper), luminance(paper) > 0.5 ? 0.1 : 0.24);
  const text = (paper, canvas) => readable(readable(own, soft(paper)), canvas);
  return `:host{--a:${both(fill)};--a-ink:${both(ink)};--a-text:${both(text)};--a-soft:${both(soft)}}`;
}
