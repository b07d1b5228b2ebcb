// Watches where the Tab key leads: called on a page before the first press, it returns how many controls
// there are, and leaves `theWalk()`, which tells what went wrong on the way.
() => {
  const MOST = 120;
  // What may tell that a control has the focus: on itself, or on what is drawn for it.
  const signs = ["outlineStyle", "outlineWidth", "boxShadow", "backgroundColor", "borderTopColor",
    "textDecorationLine", "stroke", "fill", "top"];
  const drawn = (e) =>
    [e, e.parentElement, e.nextElementSibling, e.closest(".CodeMirror"), ...(e.ownerSVGElement ? e.querySelectorAll("*") : [])];
  const look = (e) => JSON.stringify(drawn(e).filter(Boolean).map((one) => {
    const style = getComputedStyle(one);
    return signs.map((sign) => style[sign]);
  }));
  const called = (e) => `${e.tagName} ${e.id} ${e.getAttribute("class")} `
    + `${(e.textContent || e.value || "").trim().slice(0, 40)}`;
  // The middle of what of it is on the screen belongs to it, or to what it lies in or is the label of.
  const inSight = (e) => [...e.getClientRects()].some((box) => {
    const [left, right] = [Math.max(box.left, 0), Math.min(box.right, innerWidth)];
    const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
    if (left >= right || top >= bottom) return false;
    const there = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    return Boolean(there) && (e.contains(there) || there.contains(e)
      || [e.labels?.[0], e.closest(".CodeMirror")].some((around) => around?.contains(there)));
  });
  const every = "a[href], button, input, select, textarea, summary, iframe, [tabindex]";
  const wanted = [...document.querySelectorAll(every)].filter((e) =>
    e.tabIndex >= 0 && !e.disabled && e.type !== "hidden"
    && e.checkVisibility({ visibilityProperty: true })
    && (e.tagName !== "SUMMARY" || e.parentElement.firstElementChild === e)).slice(0, MOST);
  const before = new Map(wanted.map((e) => [e, look(e)]));
  const met = new Set();
  const walk = { unseen: [], covered: [], twice: [] };
  // When the key is let go, all that comes with the focus has been done.
  document.addEventListener("keyup", () => {
    const target = document.activeElement;
    if (target === document.body) return;
    if (met.has(target)) walk.twice.push(called(target));
    met.add(target);
    if (before.has(target) && look(target) === before.get(target)) walk.unseen.push(called(target));
    if (!inSight(target)) walk.covered.push(called(target));
  });
  window.theWalk = () => ({ ...walk, missed: wanted.filter((e) => !met.has(e)).map(called) });
  return wanted.length;
}
