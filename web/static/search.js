// Suggestions while typing, for every field that lists them; without this they are plain fields.
"use strict";
(() => {
  const list = document.getElementById("suggested");
  let last = "";
  let asked = 0;
  async function ask(field) {
    const text = field.value.trim();
    if (text === last || !text) return;
    last = text;
    const mine = ++asked;
    const address = new URL(list.dataset.source, location.href);
    address.searchParams.set("q", text);
    const answer = await fetch(address).catch(() => null);
    if (!answer?.ok || mine !== asked) return;
    const [, names, kinds] = await answer.json();
    list.replaceChildren(...names.map((name, n) => {
      const option = document.createElement("option");
      option.value = name;
      option.label = `${name} · ${kinds[n]}`;
      return option;
    }));
  }
  let waiting;
  document.addEventListener("input", (event) => {
    if (event.target.getAttribute?.("list") !== "suggested") return;
    clearTimeout(waiting);
    waiting = setTimeout(() => ask(event.target), 120);
  });
})();
