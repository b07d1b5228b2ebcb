// What may stand where one types: a list below the field, by ↓ ↑ Enter or the mouse.

import { element } from "./text.js";

const list = document.getElementById("offers");
let field = null;
let asked = 0;

// The word before the caret: in a list or a text only that is completed.
function typed(input) {
  const before = input.value.slice(0, input.selectionStart);
  return before.match(/[^\s,[\]{}"']*$/)[0];
}

async function ask(input, ask_) {
  const turn = ++asked;
  const word = typed(input);
  const found = await ask_(word, input.dataset.kind);
  if (turn !== asked || document.activeElement !== input) return;
  field = input;
  list.replaceChildren(...found.map(offer));
  list.hidden = !found.length;
  input.setAttribute("aria-expanded", String(Boolean(found.length)));
  input.removeAttribute("aria-activedescendant");
  const { left, bottom, width } = input.getBoundingClientRect();
  list.style.left = `${left + scrollX}px`;
  list.style.top = `${bottom + scrollY}px`;
  list.style.minWidth = `${Math.min(width, 360)}px`;
}

function offer({ value, called }, index) {
  const made = element("li", { id: `offer-${index}` }, element("code", {}, value), " ", called);
  made.setAttribute("role", "option");
  made.setAttribute("aria-selected", "false");
  made.dataset.value = value;
  made.addEventListener("mousedown", (event) => {
    event.preventDefault();
    take(made);
  });
  return made;
}

function take(chosen) {
  const word = typed(field);
  const end = field.selectionStart;
  field.setRangeText(chosen.dataset.value, end - word.length, end, "end");
  const input = field;
  hide();
  input.dispatchEvent(new Event("input", { bubbles: true }));
  hide();
}

export function hide() {
  asked += 1;
  list.hidden = true;
  field?.setAttribute("aria-expanded", "false");
  field?.removeAttribute("aria-activedescendant");
  field = null;
}

function move(step) {
  const all = [...list.children];
  const now = all.findIndex((each) => each.getAttribute("aria-selected") === "true");
  const next = (now + step + all.length) % all.length;
  all.forEach((each, index) => each.setAttribute("aria-selected", String(index === next)));
  all[next].scrollIntoView({ block: "nearest" });
  field.setAttribute("aria-activedescendant", all[next].id);
}

// Keys of an open list; true when the key was the list's.
function key(event) {
  if (list.hidden || event.target !== field) return false;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") move(event.key === "ArrowDown" ? 1 : -1);
  else if (event.key === "Escape") hide();
  else if (event.key === "Enter" && !event.ctrlKey) {
    const chosen = list.querySelector("[aria-selected=true]");
    if (!chosen) return false;
    take(chosen);
  } else return false;
  event.preventDefault();
  event.stopPropagation();
  return true;
}

export function install(form, ask_) {
  for (const input of form.querySelectorAll("[data-kind]")) {
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-controls", "offers");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-autocomplete", "list");
    input.addEventListener("input", () => typed(input) && ask(input, ask_));
    input.addEventListener("keydown", (event) => {
      if (key(event)) return;
      if (event.key === " " && event.ctrlKey) {
        event.preventDefault();
        ask(input, ask_);
      }
    });
    input.addEventListener("blur", hide);
  }
}
