// Buttons that copy the text of an element exactly as it stands; hidden where this does not run.
"use strict";
(() => {
  const said = document.createElement("span");
  said.className = "hidden";
  said.setAttribute("role", "status");
  document.body.append(said);
  for (const button of document.querySelectorAll("button[data-copy]")) {
    button.hidden = false;
    const words = button.textContent;
    button.addEventListener("click", async () => {
      const target = document.getElementById(button.dataset.copy);
      await navigator.clipboard.writeText(target.dataset.text ?? target.textContent);
      button.textContent = said.textContent = button.dataset.done;
      setTimeout(() => { button.textContent = words; said.textContent = ""; }, 1600);
    });
  }
})();
