"""Questions to a page in a browser about how it looks: what lies on what, what is cut off, what is too faint."""

# Pieces of text whose boxes share more than a hair's breadth of area, or that stick out of the page or of what clips them.
OVERLAPS = """(() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), boxes = [], found = [];
  while (walker.nextNode()) {
    const node = walker.currentNode, inside = node.parentElement;
    if (!node.data.trim() || inside.closest('script, style, select') || !inside.checkVisibility()) continue;
    const fixed = inside.closest('.tools') && getComputedStyle(inside.closest('.tools')).position === 'sticky';
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      if (box.width < 1 || fixed) continue;
      boxes.push({ box, node });
      if (box.left < -1 || box.right > innerWidth + 1) found.push('out of the page: ' + node.data.slice(0, 40));
    }
  }
  boxes.sort((a, b) => a.box.top - b.box.top);
  boxes.forEach(({ box, node }, n) => {
    for (let m = n + 1; m < boxes.length && boxes[m].box.top < box.bottom; m += 1) {
      const other = boxes[m];
      if (other.node === node) continue;
      const width = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
      const height = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top);
      if (width > 2 && height > 0.4 * Math.min(box.height, other.box.height)) {
        found.push(node.data.slice(0, 30) + ' × ' + other.node.data.slice(0, 30));
      }
    }
  });
  for (const one of document.querySelectorAll('td, th, dd, dt, summary, figure, .chip, .text, li, h2, h3')) {
    const clips = getComputedStyle(one).overflowX !== 'visible';
    if (one.checkVisibility() && clips && one.scrollWidth > one.clientWidth + 1) found.push('cut off: ' + one.textContent.slice(0, 40));
  }
  return found.slice(0, 5);
})()"""

# Text whose colour is too near to the one that is painted behind it.
FAINT = """(() => {
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const luminance = ([r, g, b]) => 0.2126 * light(r) + 0.7152 * light(g) + 0.0722 * light(b);
  const behind = (one) => {
    for (let at = one; at; at = at.parentElement) {
      const colour = parts(getComputedStyle(at).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = new Set();
  while (walker.nextNode()) {
    const one = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || one.closest('script, style') || !one.checkVisibility()) continue;
    const pair = [luminance(parts(getComputedStyle(one).color)), luminance(behind(one))].sort((a, b) => b - a);
    const contrast = (pair[0] + 0.05) / (pair[1] + 0.05);
    if (contrast < 4.5) found.add(one.tagName + '.' + one.className + ' ' + contrast.toFixed(2));
  }
  return [...found];
})()"""

# The sections in order, with what they are made of.
SHAPE = """[...document.querySelectorAll('main > section')].map((section) => {
  const count = (name, what) => [...section.querySelectorAll(what)].filter((one) => one.checkVisibility()).length;
  const parts = { figure: ':scope figure', form: '.tools input, .tools select', table: ':scope > table',
                  details: ':scope > details, :scope > #list > details' };
  const told = Object.entries(parts).map(([name, what]) => [name, count(name, what)]).filter(([, n]) => n);
  const heading = section.querySelector(':scope > h2') ? ['h2'] : [];
  return section.id + ': ' + [...heading, ...told.map(([name, n]) => name + '×' + n)].join(' ');
})"""
