const faults = [];
const name = (element) => element.outerHTML.slice(0, 120);
const shown = (element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest(".unseen, .skip");

if (document.documentElement.scrollWidth > innerWidth) {
  const out = [...document.querySelectorAll("main *")].filter((e) => e.getBoundingClientRect().right > innerWidth + 1);
  faults.push(["sticks out", ...out.slice(0, 3).map(name)]);
}

// A table never hides a column behind a scroll bar. A matrix of many environments may, and what is folded up.
for (const sheet of document.querySelectorAll(".sheet:not(details .sheet)")) {
  if (sheet.scrollWidth > sheet.clientWidth + 1) faults.push(["scrolls sideways", name(sheet.querySelector("thead"))]);
}

// The bar at the lower edge lies over what is below it by design.
const touched = [...document.querySelectorAll("a, button, input, select, textarea, summary")]
  .filter((e) => shown(e) && e.type !== "hidden" && !e.closest(".acting"));
// From the top down, so that each meets only those that begin before it ends.
const boxes = touched.map((e) => [e, e.getBoundingClientRect()]).sort(([, x], [, y]) => x.top - y.top);
for (let i = 0; i < boxes.length; i += 1) {
  for (let j = i + 1; j < boxes.length; j += 1) {
    const [[a, x], [b, y]] = [boxes[i], boxes[j]];
    if (y.top >= x.bottom) break;
    const wide = Math.min(x.right, y.right) - Math.max(x.left, y.left);
    const high = Math.min(x.bottom, y.bottom) - Math.max(x.top, y.top);
    // The boxes of links in a line of text may touch where the line breaks.
    const inline = getComputedStyle(a).display === "inline" && getComputedStyle(b).display === "inline";
    if (wide > 1 && high > 1 && !inline && !a.contains(b) && !b.contains(a)) faults.push(["overlap", name(a), name(b)]);
  }
}

const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
const known = new Map();
const colour = (css) => {
  if (!known.has(css)) known.set(css, painted(css));
  return known.get(css);
};
const painted = (css) => {
  canvas.clearRect(0, 0, 1, 1);
  canvas.fillStyle = css;
  canvas.fillRect(0, 0, 1, 1);
  return [...canvas.getImageData(0, 0, 1, 1).data];
};
const ground = (element) => {
  for (let e = element; e; e = e.parentElement) {
    const [r, g, b, a] = colour(getComputedStyle(e).backgroundColor);
    if (a === 255) return [r, g, b];
  }
  return colour("Canvas").slice(0, 3);
};
const light = (rgb) => {
  const [r, g, b] = rgb.map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
for (let node = texts.nextNode(); node; node = texts.nextNode()) {
  const element = node.parentElement;
  if (!node.data.trim() || !shown(element) || element.closest("script, style, option, textarea, svg")) continue;
  const [front, back] = [light(colour(getComputedStyle(element).color).slice(0, 3)), light(ground(element))];
  const ratio = (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
  if (ratio < 4.5) faults.push(["contrast", ratio.toFixed(2), name(element)]);
}
return faults.slice(0, 10);
