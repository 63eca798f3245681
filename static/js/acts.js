// One act at a time. What is pressed while another act is under way would find the page it was
// pressed on gone: it waits for the answer, and is done where the words it was about still stand.
import { notSent } from "./unsent.js";

let underway = 0;
let held = null;

const isAct = ({ verb, target }) => verb === "post" && target?.id === "draft";
const words = (form) => form?.querySelector("[name=text_sha256]")?.value;

const again = ({ button, text }) => {
  const here = document.getElementById(button);
  if (!here) return; // pressed twice
  if (words(here.form) === text) here.click();
  else notSent("hurried");
};

export const acts = () => {
  document.body.addEventListener("htmx:confirm", (event) => {
    const { elt, triggeringEvent } = event.detail;
    if (!underway || !isAct(event.detail)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    held = { button: triggeringEvent?.submitter?.id ?? elt.querySelector("button")?.id, text: words(elt) };
  });
  document.body.addEventListener("htmx:beforeRequest", ({ detail }) => {
    if (isAct(detail.requestConfig)) underway += 1;
  });
  document.body.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (!isAct(detail.requestConfig)) return;
    underway -= 1;
    const next = held;
    held = null;
    if (next && detail.successful) setTimeout(() => again(next));
  });
};
