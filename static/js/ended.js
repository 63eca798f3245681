// The session ended under an open page: what was typed is saved first, then the chart is hidden.
import { keptCount, saveAll, unsaved } from "./editing.js";
import { localTime } from "./words.js";

export const ENDED = new Set(["session_ended", "session_expired", "session_closed"]);

export const ended = () => {
  document.body.addEventListener("launch-refused", async (event) => {
    const code = event.detail?.code ?? "";
    const template = document.getElementById("session-ended");
    if (!template || !ENDED.has(code)) return;
    await saveAll().catch(() => {});
    const lost = unsaved();
    const shown = template.content.cloneNode(true);
    const count = keptCount();
    shown.querySelector("[data-kept]").textContent = count
      ? `What you typed was saved at ${localTime(new Date())}. It will be there.` : "Nothing typed was lost.";
    if (lost.length) {
      shown.querySelector("[data-kept]").textContent = "What you typed last could not be saved. Copy it:";
      for (const words of lost) shown.querySelector("[data-unsaved]").append(Object.assign(document.createElement("p"), { className: "text", dir: "auto", textContent: words }));
    }
    if (code === "session_closed") {
      shown.querySelector("h2").textContent = template.dataset.closedTitle;
      shown.querySelector("[data-words]").textContent = template.dataset.closedWords;
    }
    shown.querySelector("[data-code]").textContent = code;
    document.querySelector(".strip")?.remove();
    for (const dead of document.querySelectorAll(".panel__foot .keys")) dead.remove();
    document.querySelector("main").replaceChildren(shown);
    template.remove();
    document.querySelector("main h2").focus();
  });
};
