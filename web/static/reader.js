// The reader: marks answer at once. Everything here also works without it, by links and the form.
"use strict";
(() => {
  const marks = [...document.querySelectorAll("mark[data-c]")];
  const panel = document.getElementById("panel");
  const entries = [...panel.querySelectorAll(".entries > li")];
  const form = document.getElementById("filters");
  const close = document.getElementById("close");
  const copy = document.getElementById("copy");
  const count = document.getElementById("count");
  const bySlug = new Map(entries.map((entry) => [entry.id.slice(2), entry]));
  // Where several passages lie on the same words the mark names them all, else its link names the one.
  const slugs = (mark) => mark.dataset.p?.split(" ") ?? [mark.firstElementChild.hash.slice(3)];
  const voice = (said) => said.className.match(/voice-([\w-]+)/)[1];
  const off = new Set();
  let chosen = null;
  panel.classList.add("live");
  for (const entry of entries) entry.tabIndex = -1;
  // A link that can be dragged cannot be selected across: readers select and copy words here.
  for (const mark of marks) mark.firstElementChild.draggable = false;

  function show() {
    for (const [slug, entry] of bySlug)
      entry.hidden = chosen ? !chosen.includes(slug) : off.has(slug);
    for (const mark of marks) {
      const on = slugs(mark).filter((slug) => !off.has(slug));
      mark.classList.toggle("off", on.length === 0);
      mark.firstElementChild.tabIndex = on.length ? 0 : -1;
    }
    close.hidden = copy.hidden = !chosen;
    panel.classList.toggle("open", Boolean(chosen));
    for (const hint of panel.querySelectorAll(".hint")) hint.hidden = Boolean(chosen);
  }

  function light(lit, name) {
    for (const mark of marks)
      mark.classList.toggle(name, slugs(mark).some((slug) => lit.includes(slug)));
  }

  function choose(list) {
    chosen = list;
    show();
    light(list ? list.slice(0, 1) : [], "lit");
    for (const entry of entries) entry.classList.toggle("lit", Boolean(list) && entry.id === `p-${list[0]}`);
  }

  // Filters: the form's own submission, done here.
  function filter() {
    const given = new FormData(form);
    const [voices, kinds] = [given.getAll("voice"), given.getAll("kind")];
    off.clear();
    for (const [slug, entry] of bySlug) {
      let any = false;
      for (const said of entry.querySelectorAll(".said")) {
        const fits =
          (!voices.length || voices.includes(voice(said))) &&
          (!kinds.length || said.dataset.kinds.split(" ").some((kind) => kinds.includes(kind)));
        said.hidden = !fits;
        any ||= fits;
      }
      if (!any) off.add(slug);
    }
    count.textContent = count.dataset.words.replace("{n}", String(entries.length - off.size));
    chosen = null;
    show();
  }

  form.addEventListener("change", () => {
    filter();
    const query = new URLSearchParams(new FormData(form)).toString();
    history.replaceState(null, "", location.pathname + (query ? `?${query}` : "") + location.hash);
  });
  document.getElementById("apply").hidden = true;
  document.getElementById("reset").addEventListener("click", (event) => {
    event.preventDefault();
    for (const box of form.querySelectorAll("input[type=checkbox]")) box.checked = false;
    form.dispatchEvent(new Event("change"));
    choose(null);
  });

  // Choosing a mark shows its claims, the shortest passage first, and moves the focus there.
  // Marks stand in the text and above it: what is printed over the headline is marked too.
  const main = document.getElementById("main");
  main.addEventListener("click", (event) => {
    const mark = event.target.closest("mark[data-c]");
    if (!mark || event.ctrlKey || event.metaKey) return;
    // A passage whose claims stand on another leaf: the link leads there.
    if (!slugs(mark).some((slug) => bySlug.has(slug))) return;
    event.preventDefault();
    if (!getSelection().isCollapsed) return;
    const on = slugs(mark).filter((slug) => bySlug.has(slug) && !off.has(slug));
    if (!on.length) return;
    // The first choice is a step that Back undoes; further ones take its place.
    const step = chosen ? "replaceState" : "pushState";
    choose(on);
    const [start, end] = mark.dataset.c.split("-");
    const kept = new URLSearchParams(location.search);
    kept.delete("passage");
    const query = kept.toString();
    history[step]({ chosen: true }, "", `${location.pathname}${query && `?${query}`}#char=${start},${end}`);
    bySlug.get(on[0]).focus({ preventScroll: true });
    panel.scrollTop = 0;
    if (getComputedStyle(panel).position === "fixed") mark.scrollIntoView({ block: "start", behavior: "instant" });
  });
  function release() {
    const first = marks.find((mark) => mark.classList.contains("lit"));
    choose(null);
    if (location.hash.startsWith("#char="))
      history.replaceState(null, "", location.pathname + location.search);
    first?.firstElementChild.focus({ preventScroll: true });
  }
  addEventListener("popstate", () => {
    if (!location.hash) choose(null);
  });
  // The words of the chosen passage as they are printed: its pieces, in the order they are read.
  copy.addEventListener("click", async () => {
    const words = marks.filter((mark) => slugs(mark).includes(chosen[0])).map((mark) => mark.textContent);
    await navigator.clipboard.writeText(words.join(""));
    const label = copy.textContent;
    copy.textContent = copy.dataset.done;
    setTimeout(() => { copy.textContent = label; }, 1600);
  });
  close.addEventListener("click", release);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && chosen) release();
  });

  // The words of a claim's links are on its page; asked for, they are shown here.
  panel.addEventListener("click", async (event) => {
    const link = event.target.closest(".said > a");
    if (!link || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const answer = await fetch(link.parentElement.querySelector("a").href).catch(() => null);
    const page = answer?.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
    const linked = page?.querySelector("details.linked");
    if (!linked) return location.assign(link.href);
    linked.querySelector(".legend")?.remove();
    linked.open = true;
    link.replaceWith(linked);
    linked.querySelector("summary").focus();
  });

  // The parts of one sentence light up together.
  for (const [on, out] of [["mouseover", "mouseout"], ["focusin", "focusout"]]) {
    main.addEventListener(on, (event) => {
      const mark = event.target.closest("mark[data-c]");
      if (mark) light(slugs(mark).filter((slug) => !off.has(slug)).slice(0, 1), "near");
    });
    main.addEventListener(out, () => light([], "near"));
  }

  // #char=613,640 or #char=1281,1285;613,640: characters of the source, end exclusive.
  function follow() {
    const given = new URLSearchParams(location.hash.slice(1)).getAll("char").join(";");
    const named = location.hash.slice(1);
    // The name of a passage alone is as good as that of its entry.
    if (bySlug.has(named)) {
      location.replace(`#p-${named}`);
      return;
    }
    const spot = document.getElementById(named);
    const spans = (given || (spot?.className === "at" ? spot.id.slice(1).replace("-", ",") : "")).split(";")
      .map((span) => span.split(",").map(Number)).filter(([a, b]) => a < b);
    if (!spans.length) return;
    const inside = marks.filter((mark) => {
      const [start, end] = mark.dataset.c.split("-").map(Number);
      return spans.some(([a, b]) => start < b && a < end);
    });
    if (!inside.length) return;
    const common = slugs(inside[0]).filter((slug) => inside.every((mark) => slugs(mark).includes(slug)));
    const asked = new URLSearchParams(location.search).get("passage");
    const order = common.length ? common : slugs(inside[0]);
    if (asked && bySlug.has(asked)) order.unshift(asked);
    choose([...new Set(order)]);
    for (const mark of inside) mark.classList.add("lit");
    inside[0].scrollIntoView({ behavior: "instant" });
    inside[0].firstElementChild.focus({ preventScroll: true });
  }

  // A fragment does not reach the server, so one of another leaf has opened the wrong one: it is
  // told what was asked for, once.
  function elsewhere() {
    const to = decodeURIComponent(location.hash.slice(1));
    const query = new URLSearchParams(location.search);
    if (!panel.dataset.leaves || !to || chosen || query.has("to") || document.getElementById(to) || bySlug.has(to)) return;
    query.delete("passage");
    query.delete("section");
    query.set("to", to);
    location.replace(`${location.pathname}?${query}${location.hash}`);
  }

  filter();
  follow();
  elsewhere();
  addEventListener("hashchange", follow);
})();
