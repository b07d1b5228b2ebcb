// The reader's own queries, kept in this browser and sent to nobody; the last ones, and not too long.

const KEY = "policyprov-queries";
const MOST = 30;
const LONGEST = 8000;

function read() {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(found) ? found.filter((each) => typeof each === "string") : [];
  } catch {
    return []; // no permission to store, or what is stored is not ours
  }
}

function write(queries) {
  try {
    if (queries.length) localStorage.setItem(KEY, JSON.stringify(queries));
    else localStorage.removeItem(KEY);
  } catch {
    // no permission, or no room: then nothing is kept
  }
}

// What a query is called in the list: its first line that is neither a comment nor a prefix.
function title(query) {
  const lines = query.split("\n").map((line) => line.trim());
  const telling = lines.find((line) => line && !/^(#|prefix\b|base\b)/i.test(line));
  const comment = lines.find((line) => line.startsWith("# "));
  return (comment?.slice(2) ?? telling ?? query).slice(0, 80);
}

export function keep(query) {
  if (query.length > LONGEST) return;
  write([query, ...read().filter((each) => each !== query)].slice(0, MOST));
}

// Draws the list into its place; `choose` gets the query that is clicked.
export function drawHistory(into, choose) {
  const queries = read();
  into.hidden = !queries.length;
  into.querySelector("ol").replaceChildren(
    ...queries.map((query) => {
      const item = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.className = "linklike";
      button.textContent = title(query);
      button.title = query;
      button.addEventListener("click", () => choose(query));
      item.append(button);
      return item;
    }),
  );
  into.querySelector("button.clear").onclick = () => {
    write([]);
    drawHistory(into, choose);
  };
}
