// Words are saved at every pause, and before anything else happens. They stay in the field alone:
// nothing is written to the browser's own stores.
import { say, localTime } from "./words.js";
import { token } from "./send.js";

const PAUSE = 700;
const timers = new WeakMap();
const pending = new Map();
const sending = new Map(); // the words of a save that is not answered yet
let kept = 0;

const field = (form, name) => form.querySelector(`[name=${name}]`);

const note = (form, words, bad = false) => {
  const place = form.querySelector("[data-saved]");
  if (!place) return;
  place.textContent = words;
  place.classList.toggle("c-warn", bad);
};

const save = async (form, { keepalive = false } = {}) => {
  clearTimeout(timers.get(form));
  const text = field(form, "text").value;
  if (!form.isConnected || text === form.dataset.savedText || !text.trim()) return;
  const body = new URLSearchParams({
    text, revision: field(form, "revision").value, shown_sha256: field(form, "shown_sha256").value,
  });
  // A page that is left cannot wait for that answer: the server knows the order by the words.
  if (sending.has(form)) body.set("underway", sending.get(form));
  sending.set(form, text);
  try {
    const answer = await fetch(form.dataset.save, {
      method: "POST", body, keepalive,
      headers: { "X-CSRFToken": token(), Accept: "application/json" },
    });
    const said = await answer.json();
    if (!answer.ok) {
      form.dataset.refused = text;
      return note(form, `Not saved: ${said.words}.`, true);
    }
    delete form.dataset.refused;
    form.dataset.savedText = text;
    field(form, "shown_sha256").value = said.sha256;
    field(form, "text_sha256").value = said.sha256;
    kept += 1;
    note(form, `Saved ${localTime(new Date(said.saved_at))}.`);
    if (said.ended) document.body.dispatchEvent(new CustomEvent("launch-refused", { detail: { code: "session_ended" } }));
  } catch {
    note(form, "Not saved: no connection. Trying again.", true);
    timers.set(form, setTimeout(() => queue(form), 4000));
  } finally {
    if (sending.get(form) === text) sending.delete(form);
  }
};

// One save at a time for each field: the second knows what the first has written.
const queue = (form, options) => {
  const last = pending.get(form) ?? Promise.resolve();
  const mine = last.then(() => save(form, options));
  pending.set(form, mine);
  return mine;
};

const forms = () => [...document.querySelectorAll("form[data-save]")];
export const saveAll = () => Promise.all(forms().map((form) => queue(form)));
export const keptCount = () => kept;
const isUnsaved = (form) => field(form, "text").value !== (form.dataset.savedText ?? field(form, "text").defaultValue);
export const unsaved = () => forms().filter(isUnsaved).map((form) => field(form, "text").value);

export const editors = () => {
  document.addEventListener("input", (event) => {
    const form = event.target.closest?.("form[data-save]");
    if (!form || event.target.name !== "text") return;
    note(form, "Typing…");
    clearTimeout(timers.get(form));
    timers.set(form, setTimeout(() => queue(form), PAUSE));
  });
  // A decision waits for the words to be saved, so that both speak of the same text.
  document.body.addEventListener("htmx:confirm", (event) => {
    if (!forms().some(isUnsaved)) return;
    event.preventDefault();
    saveAll().then(() => event.detail.issueRequest(true));
  });
  // Words that may not be saved, as their statement was decided elsewhere, would leave the page with
  // the answer to another act: they travel with it, and are shown beside the draft.
  document.body.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.verb !== "post" || event.detail.target?.id !== "draft") return;
    const others = forms().filter((form) => form !== event.detail.elt && isUnsaved(form));
    if (others.length) event.detail.parameters.unkept = others.map((form) => field(form, "text").value);
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-close]");
    if (!button) return;
    event.preventDefault();
    const form = button.closest("form");
    const item = form.closest(".st");
    queue(form).then(() => {
      if (form.querySelector("[data-saved].c-warn")) return;
      window.htmx.ajax("GET", document.getElementById("draft").dataset.url, { target: "#draft", swap: "outerHTML", source: item });
    });
  });
  document.body.addEventListener("htmx:afterSettle", (event) => {
    const opened = event.detail.elt?.matches?.(".st[data-opened]") ? event.detail.elt : document.querySelector(".st[data-opened]:not([data-entered])");
    if (!opened || opened.hasAttribute("data-entered")) return;
    opened.setAttribute("data-entered", "");
    const text = opened.querySelector("textarea");
    text?.focus();
    text?.setSelectionRange(text.value.length, text.value.length);
    const reason = opened.querySelector("input[type=radio]");
    if (!text) reason?.focus();
    say(text ? "Editing. What you type is saved." : reason ? "Choose a reason." : "This was decided meanwhile, perhaps in another window.");
  });
  // A page that is left, reloaded or put away saves at once, and before the next page is asked for.
  const leave = () => forms().forEach((form) => save(form, { keepalive: true }));
  addEventListener("beforeunload", (event) => {
    leave();
    // What was refused cannot be saved by leaving either: the browser asks first.
    if (forms().some((form) => form.dataset.refused === field(form, "text").value)) event.preventDefault();
  });
  addEventListener("pagehide", leave);
  document.addEventListener("visibilitychange", () => document.hidden && leave());
};
