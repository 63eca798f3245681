// Copies the signed text on request.
import { say } from "./words.js";

export const copying = () => {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-copy]");
    if (!button) return;
    const text = document.querySelector(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(text.textContent);
      button.lastChild.textContent = "Copied";
      say("The text was copied.");
    } catch {
      // An EHR's frame may forbid the clipboard: then the text is selected, ready for Ctrl+C.
      getSelection().selectAllChildren(text);
      text.focus();
      say("The text is selected. Press Control C to copy it.");
    }
  });
};
