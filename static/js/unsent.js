// An act that was not answered as it should be is never silent: it is said where the eyes are.
import { ENDED } from "./ended.js";
import { say } from "./words.js";

const clear = () => document.querySelector("[data-unsent]")?.remove();

export const notSent = (kind) => {
  const template = document.getElementById("unsent");
  if (!template || document.querySelector(".panel[data-waiting]")) return;
  clear();
  const told = template.content.firstElementChild.cloneNode(true);
  if (kind) {
    told.querySelector("b").textContent = template.dataset[`${kind}Title`];
    told.querySelector("[data-words]").textContent = template.dataset[`${kind}Words`];
  }
  // The bar is always in sight; where a draft has none, its beginning.
  const place = document.getElementById("bar") ?? document.querySelector("main");
  place.prepend(told);
  say(`${told.querySelector("b").textContent}. ${told.querySelector("[data-words]").textContent}`);
};

const refusal = (xhr) => {
  try {
    return JSON.parse(xhr.getResponseHeader("HX-Trigger") ?? "{}")["launch-refused"]?.code ?? "";
  } catch {
    return "";
  }
};

export const unsent = () => {
  for (const kind of ["htmx:sendError", "htmx:timeout"]) {
    document.body.addEventListener(kind, () => notSent("offline"));
  }
  document.body.addEventListener("htmx:responseError", ({ detail: { xhr } }) => {
    const code = refusal(xhr);
    if (!ENDED.has(code)) notSent(code === "page_out_of_date" ? "outdated" : "");
  });
  document.body.addEventListener("htmx:afterSwap", clear);
};
