// Rows of an answer in the order and the choice of whoever reads them; without it the table is as sent.
const LONG = 8; // fewer rows are seen at a glance
const lang = document.documentElement.lang;
const collator = new Intl.Collator(lang, { numeric: true });
// As sent → upwards → downwards → as sent.
const NEXT = new Map([[null, "ascending"], ["ascending", "descending"], ["descending", null]]);
const said = (row, column) => row.cells[column].textContent.trim();
// A number as printed: 27.7%, −36.5, 1,234 or 200余个; everything else is a word.
const number = (text) => {
  const found = text.replace("−", "-").match(/^-?\d[\d,]*(\.\d+)?(?![\d-])/);
  return found ? Number(found[0].replaceAll(",", "")) : NaN;
};

function compare(one, other, sign) {
  if (!one || !other) return (one ? 0 : 1) - (other ? 0 : 1); // nothing said comes last, either way
  return sign * (number(one) - number(other) || collator.compare(one, other));
}

function sortable(table) {
  const body = table.tBodies[0];
  const sent = [...body.rows];
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const order = NEXT.get(head.ariaSort);
      for (const each of table.tHead.rows[0].cells) each.ariaSort = null;
      head.ariaSort = order;
      const sign = order === "descending" ? -1 : 1;
      const sorted = sent.toSorted((a, b) => compare(said(a, column), said(b, column), sign));
      body.append(...(order ? sorted : sent));
    });
  });
}

function filtered(table) {
  const rows = [...table.tBodies[0].rows];
  if (rows.length < LONG) return;
  const label = document.createElement("label");
  const field = document.createElement("input");
  const count = document.createElement("output");
  field.type = "search";
  label.className = "sieve";
  label.append(table.dataset.filter, " ", field, " ", count);
  field.addEventListener("input", () => {
    const wanted = field.value.trim().toLocaleLowerCase(lang);
    for (const row of rows) row.hidden = !row.textContent.toLocaleLowerCase(lang).includes(wanted);
    const left = rows.filter((row) => !row.hidden).length;
    count.textContent = wanted ? `${left} / ${rows.length}` : "";
  });
  (table.closest(".scroll") ?? table).before(label);
}

// Makes the tables in a part of the page so; each once.
export function enliven(part) {
  for (const table of part.querySelectorAll("table[data-filter]")) {
    if (table.tBodies[0].rows.length < 2 || table.tHead.querySelector("button")) continue;
    sortable(table);
    filtered(table);
  }
}

enliven(document);
