// Sources: opened and closed in place, for how long is told to the server as they close.
import { current } from "./current.js";
import { token } from "./send.js";

const opened = new Map();
const looked = new Set(); // the statements whose source was opened on this page

const close = (drawer) => {
  const since = opened.get(drawer);
  opened.delete(drawer);
  if (since !== undefined) tell(drawer.dataset.closed, since);
  const item = drawer.closest(".st");
  drawer.remove();
  for (const chip of item?.querySelectorAll("[data-chip][aria-expanded='true']") ?? []) {
    chip.setAttribute("aria-expanded", "false");
  }
};

const tell = (url, since) => {
  const body = new URLSearchParams({ ms: String(Math.round(performance.now() - since)) });
  fetch(url, { method: "POST", body, headers: { "X-CSRFToken": token() }, keepalive: true }).catch(() => {});
};

const drawerOf = (item) => item?.querySelector("[data-evidence]");

export const toggle = (item) => {
  const drawer = drawerOf(item);
  if (drawer) {
    close(drawer);
    item.focus({ preventScroll: true });
  } else item?.querySelector("[data-chip]")?.click();
};

// Opens a source of what is at stake, once.
export const look = (item) => {
  if (item.hasAttribute("data-look")) item.querySelector("[data-chip]")?.click();
};

const seen = (item) => {
  item.removeAttribute("data-look");
  if (!item.hasAttribute("data-needs-look")) return;
  item.removeAttribute("data-needs-look");
  item.dispatchEvent(new CustomEvent("statement:looked", { bubbles: true }));
};

export const evidence = () => {
  document.body.addEventListener("htmx:beforeRequest", (event) => {
    const chip = event.detail.elt.closest?.("[data-chip]");
    if (!chip) return;
    const drawer = drawerOf(chip.closest(".st"));
    const again = drawer && chip.getAttribute("aria-expanded") === "true";
    if (drawer) close(drawer);
    if (again) event.preventDefault();
  });
  document.body.addEventListener("htmx:afterSwap", (event) => {
    const drawer = event.detail.target?.querySelector?.(":scope > [data-evidence]");
    if (!drawer) return;
    opened.set(drawer, performance.now());
    const chip = event.detail.requestConfig?.elt?.closest?.("[data-chip]");
    chip?.setAttribute("aria-expanded", "true");
    const item = drawer.closest(".st");
    looked.add(item.id);
    seen(item);
    reveal(item);
  });
  document.addEventListener("click", (event) => {
    const drawer = event.target.closest?.("[data-close-evidence]")?.closest("[data-evidence]");
    if (!drawer) return;
    const item = drawer.closest(".st");
    close(drawer);
    item?.focus({ preventScroll: true });
  });
  // What is at stake is looked at once: its source opens by itself when it is reached.
  document.addEventListener("statement:reached", (event) => {
    const item = event.target;
    if (looked.has(item.id)) seen(item);
    if (current.arrived) look(item);
  });
  document.addEventListener("statement:left", (event) => {
    const drawer = drawerOf(event.target);
    if (drawer) close(drawer);
  });
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target?.id === "draft") leaveAll();
  });
  // What was asked for before a source came may arrive after it, and not know of it.
  document.body.addEventListener("htmx:afterSwap", () => {
    for (const item of [...looked].map((id) => document.getElementById(id))) if (item) seen(item);
  });
  addEventListener("pagehide", leaveAll);
};

// An opened source must not push the statement's actions under the bar at the foot.
const reveal = (item) => {
  const bar = document.getElementById("bar")?.getBoundingClientRect().top ?? innerHeight;
  const strip = document.querySelector(".strip")?.getBoundingClientRect().bottom ?? 0;
  const { top, bottom } = item.getBoundingClientRect();
  const down = Math.min(bottom - bar, top - strip);
  if (down > 0) scrollBy(0, down);
};

const leaveAll = () => {
  for (const [drawer, since] of opened) tell(drawer.dataset.closed, since);
  opened.clear();
};
