// j k a e r m l / ? and Esc. All of it can be reached by Tab as well.
import { current } from "./current.js";
import { toggle } from "./evidence.js";
import { nextLook } from "./looks.js";

const act = (name) => {
  const item = current.item;
  const aim = item?.querySelector(`[data-do=${name}]`) ?? (name === "reject" ? item?.querySelector("[data-do=remove]") : null);
  aim?.click();
  return Boolean(aim);
};

const help = () => {
  const keys = document.getElementById("keys");
  if (!keys) return;
  keys.open = !keys.open;
  if (keys.open) {
    keys.scrollIntoView({ block: "nearest" });
    keys.querySelector("summary").focus({ preventScroll: true });
  }
};

const cancel = () => {
  const item = current.item;
  const out = item?.querySelector("[data-cancel], [data-close]");
  const drawer = item?.querySelector("[data-evidence]");
  if (out) out.click();
  else if (drawer) toggle(item);
  for (const open of document.querySelectorAll(".rejectdraft[open], .keys[open]")) open.open = false;
};

const KEYS = {
  j: () => current.step(1),
  k: () => current.step(-1),
  a: () => act("approve"),
  e: () => act("edit"),
  r: () => act("reject"),
  m: () => current.nextMarked(),
  l: () => nextLook(),
  "/": () => toggle(current.item),
  "?": help,
};

export const keyboard = () => {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return cancel();
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    const does = KEYS[event.key];
    if (!does) return;
    event.preventDefault();
    does();
  });
};
