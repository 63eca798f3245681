// While the EHR is slow the page's places stand empty and ask for the whole of it. Should that
// fail, the same is asked for as a page of its own, which says what happened.
import { say } from "./words.js";

const panel = () => document.querySelector(".panel[data-waiting]");

export const waiting = (filled) => {
  if (!panel()) return;
  say("Reading the chart. The EHR is answering slowly.");
  const instead = (event) => {
    const still = panel();
    if (still && event.detail.elt === still) location.replace(still.dataset.waiting);
  };
  for (const kind of ["htmx:responseError", "htmx:sendError"]) document.body.addEventListener(kind, instead);
  document.body.addEventListener("htmx:afterSettle", () => {
    if (panel() || !document.getElementById("panel")) return;
    say("The chart is here.");
    filled();
  }, { once: true });
};
