// A draft as it comes: told by events, or asked for now and then where events do not get through.
// Statements are put into their places; nothing that is there already moves.
import { current } from "./current.js";
import { localTimes, say } from "./words.js";

const PAUSE = 300;
const LONGEST = 2000;
const POLL = 1500;
let watching = null;

const draft = () => document.getElementById("draft");
const underWay = () => ["queued", "running"].includes(draft()?.dataset.state);

export const watch = () => {
  if (!underWay()) return stop();
  if (watching?.url === draft().dataset.url) return;
  stop();
  watching = { url: draft().dataset.url, source: null, timer: null, asked: 0, busy: false };
  listen(watching);
  poll(watching);
};

const stop = () => {
  watching?.source?.close();
  clearTimeout(watching?.timer);
  watching = null;
};

const listen = (mine) => {
  const url = draft().dataset.events;
  if (!url || !window.EventSource) return;
  mine.source = new EventSource(url);
  mine.source.addEventListener("position", (event) => {
    mine.heard = performance.now();
    place(JSON.parse(event.data).words);
  });
  for (const kind of ["state", "reading", "statement", "model", "again"]) {
    mine.source.addEventListener(kind, (event) => {
      mine.heard = performance.now();
      if (kind === "model") return; // that the model was asked changes nothing to be seen
      mine.over ||= kind === "state" && ["ready", "failed"].includes(JSON.parse(event.data).state);
      soon(mine);
    });
  }
};

const place = (words) => {
  const here = document.querySelector('#draft[data-state="queued"] #reading-title');
  if (!here || !words || here.textContent === words) return;
  here.textContent = words;
  say(words);
};

// The events spare the asking; if a proxy swallows them, this still finds the end.
const poll = (mine) => {
  mine.timer = setTimeout(async () => {
    const quiet = !mine.heard || performance.now() - mine.heard > 4 * POLL;
    if (quiet) await fresh(mine);
    if (watching === mine) poll(mine);
  }, POLL);
};

const soon = (mine) => {
  if (mine.soon && !mine.over) return;
  clearTimeout(mine.soon);
  // A busy server is asked less often, but nobody's page stands still for long. The end, which is
  // asked for once, waits for nothing.
  const pause = mine.over ? 0 : Math.min(LONGEST, Math.max(PAUSE, 4 * (mine.took ?? 0)));
  const wait = Math.max(0, pause - (performance.now() - mine.asked));
  mine.soon = setTimeout(() => {
    mine.soon = null;
    fresh(mine);
  }, wait);
};

const fresh = async (mine) => {
  if (mine.busy || watching !== mine) {
    mine.again = mine.busy;
    return;
  }
  mine.busy = true;
  mine.asked = performance.now();
  try {
    const answer = await fetch(`${mine.url}?seen=${draft().dataset.news}&more`, { headers: { "HX-Request": "true" } });
    if (answer.status === 204) return;
    if (!answer.ok) {
      const told = JSON.parse(answer.headers.get("HX-Trigger") ?? "{}")["launch-refused"];
      if (told) document.body.dispatchEvent(new CustomEvent("launch-refused", { detail: told }));
      return;
    }
    const text = await answer.text();
    if (watching === mine) merge(new DOMParser().parseFromString(text, "text/html").getElementById("draft"));
  } catch {
    // The next event or question finds out.
  } finally {
    mine.took = performance.now() - mine.asked;
    mine.busy = false;
    if (mine.again && watching === mine) soon(mine);
    mine.again = false;
  }
};

const merge = (next) => {
  if (!next) return;
  const now = draft();
  if (!["queued", "running"].includes(next.dataset.state)) return whole(next);
  for (const name of ["state", "revision", "news", "announce"]) now.dataset[name] = next.dataset[name] ?? "";
  for (const id of ["reading", "draft-head", "tally", "bar"]) replace(id, next);
  for (const part of next.querySelectorAll(".part")) {
    const here = document.getElementById(part.id);
    if (here) fill(here, part, "more" in next.dataset);
  }
  tab(next.dataset.state === "queued" ? "Waiting" : "Arriving");
  say(now.dataset.announce);
};

const tab = (words) => {
  const place = document.getElementById("tab-state");
  if (place) place.textContent = words;
};

const replace = (id, next) => {
  const here = document.getElementById(id);
  const there = next.querySelector(`#${id}`);
  if (here && there && !here.contains(document.activeElement)) here.replaceWith(there);
};

// With more alone, what is not named stays.
const fill = (here, part, more) => {
  const list = here.querySelector(".sts");
  const wanted = [...part.querySelectorAll(".sts > .st")];
  const ids = new Set(wanted.map((item) => item.id));
  for (const item of wanted) {
    const there = document.getElementById(item.id);
    if (there) changed(there, item);
    else put(list, item);
  }
  if (!more) for (const item of list.querySelectorAll(":scope > .st")) if (!ids.has(item.id)) drop(item);
  const ghost = here.querySelector(".st--ghost");
  if (wanted.length) ghost?.remove();
};

// A replacement takes the place of what it replaces, and the focus with it.
const put = (list, item) => {
  const old = document.getElementById(item.dataset.replaces ?? "");
  const focused = old?.contains(document.activeElement);
  const was = old?.classList.contains("is-current");
  if (old) old.replaceWith(item);
  else list.append(item);
  window.htmx.process(item);
  if (focused) item.focus({ preventScroll: true });
  else if (was) current.make(item);
};

// Gone without a successor: the focus goes on to its neighbour.
const drop = (item) => {
  const next = item.contains(document.activeElement) && (item.nextElementSibling ?? item.previousElementSibling);
  item.remove();
  if (next) next.focus({ preventScroll: true });
};

// A statement begins, or ceases, to be checked again: its mark and its words say so, and nothing
// else of it moves.
const changed = (there, item) => {
  if ("again" in there.dataset === "again" in item.dataset) return;
  there.toggleAttribute("data-again", "again" in item.dataset);
  there.setAttribute("aria-label", item.getAttribute("aria-label"));
  for (const part of [":scope > .mark", ".st__meta"]) {
    const old = there.querySelector(part);
    const within = old.contains(document.activeElement);
    old.replaceWith(item.querySelector(part));
    if (within) there.focus({ preventScroll: true });
  }
  window.htmx.process(there);
};

// Where a statement is now: itself, or what took its place.
const successor = (id) =>
  id ? document.getElementById(id) ?? document.querySelector(`[data-replaces="${id}"]`) : null;

// The end: all of it anew, with the focus, the place and an opened source kept.
const whole = (next) => {
  stop();
  const at = document.querySelector(".st.is-current");
  const top = at?.getBoundingClientRect().top;
  const drawers = [...draft().querySelectorAll("[data-evidence]")].map((drawer) => [drawer, drawer.parentElement.id]);
  const inside = draft().contains(document.activeElement);
  const named = document.activeElement?.id;
  const holder = document.activeElement?.closest?.(".st[id]")?.id;
  draft().replaceWith(next);
  window.htmx.process(next);
  localTimes(next);
  tab(next.dataset.state === "ready" ? "To review" : "Not drafted");
  say(next.dataset.announce);
  const here = at && successor(at.id);
  const again = successor(named) || successor(holder) || here;
  if (inside) (again || next).focus({ preventScroll: true });
  else if (here && current.arrived) current.make(here);
  else current.settle();
  for (const [drawer, place] of drawers) reopen(drawer, document.getElementById(place));
  if (here && current.arrived) window.scrollBy(0, here.getBoundingClientRect().top - top);
};

const reopen = (drawer, place) => {
  if (!place) return;
  place.replaceChildren(drawer);
  const item = place.closest(".st");
  const chips = [...item.querySelectorAll("[data-chip]")];
  chips.find((chip) => chip.pathname.endsWith(`/${drawer.dataset.handle}/`))?.setAttribute("aria-expanded", "true");
};
