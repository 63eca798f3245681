// One statement at a time: which is current, and where the focus goes when the page changes.
const statements = () => [...document.querySelectorAll("#draft .st[id]")];
const isOpen = (item) => item.dataset.stand === "open";

let remembered = null;

// What the draft leaves out: the next of the list, else its heading, else where it is told of.
export const toUnsaid = (at = 0) => {
  const list = [...document.querySelectorAll("[data-unsaid]")];
  const item = list[Math.min(at, list.length - 1)];
  const aim = item?.querySelector("button, summary.btn") ?? document.getElementById("unsaid") ?? document.getElementById("draft");
  aim.focus({ preventScroll: true });
  (item ?? aim).scrollIntoView({ block: "nearest" });
};

// Its place on the screen stays while another one folds up above it: a finger that is down on a
// button would find it gone when it lifts.
const make = (item) => {
  const top = item?.getBoundingClientRect().top;
  settle(item);
  const moved = item ? item.getBoundingClientRect().top - top : 0;
  if (Math.abs(moved) >= 1) window.scrollBy(0, moved);
};

const settle = (item) => {
  for (const other of document.querySelectorAll(".st.is-current")) {
    if (other === item) continue;
    other.classList.remove("is-current");
    other.removeAttribute("aria-current");
    other.dispatchEvent(new CustomEvent("statement:left", { bubbles: true }));
  }
  if (!item || item.classList.contains("is-current")) return;
  item.classList.add("is-current");
  item.setAttribute("aria-current", "true");
  item.dispatchEvent(new CustomEvent("statement:reached", { bubbles: true }));
};

const go = (item) => {
  if (!item) return;
  make(item);
  item.focus({ preventScroll: true });
  item.scrollIntoView({ block: "nearest" });
};

const step = (by) => {
  const all = statements();
  const at = all.findIndex((item) => item.classList.contains("is-current"));
  go(all[Math.min(Math.max(at + by, 0), all.length - 1)]);
};

// The next that cannot be signed as it stands, round and round.
const nextMarked = () => {
  const all = statements();
  const marked = all.filter((item) => item.hasAttribute("data-blocking"));
  const at = all.findIndex((item) => item.classList.contains("is-current"));
  go(marked.find((item) => all.indexOf(item) > at) ?? marked[0]);
};

const nextOpen = (id) => {
  const all = statements();
  const at = all.findIndex((item) => item.id === id);
  const later = all.slice(at + 1).find(isOpen);
  return later ?? all.find(isOpen) ?? all[at];
};

export const current = {
  arrived: false, // whether a person has begun to move about
  go,
  make,
  nextMarked,
  step,
  get item() {
    return document.querySelector(".st.is-current");
  },
  listen() {
    for (const kind of ["keydown", "pointerdown"]) {
      document.addEventListener(kind, () => (current.arrived = true), { capture: true });
    }
    document.addEventListener("focusin", (event) => {
      const item = event.target.closest?.(".st[id]");
      if (item) make(item);
    });
    document.addEventListener("click", (event) => {
      const goto = event.target.closest?.("[data-goto]");
      const aim = goto && document.getElementById(goto.hash.slice(1));
      if (aim?.classList.contains("st")) {
        event.preventDefault();
        go(aim);
        return;
      }
      if (event.target.closest?.("[data-unsaid-go]")) {
        event.preventDefault();
        toUnsaid();
        return;
      }
      const tally = event.target.closest?.(".tally__b");
      if (tally) {
        const alike = statements().filter((item) => item.dataset.outcome === tally.dataset.outcome);
        const at = alike.indexOf(document.querySelector(".st.is-current"));
        go(alike[(at + 1) % alike.length]);
        return;
      }
      const item = event.target.closest?.(".st[id]");
      if (item && !event.target.closest("a, button, summary, input, textarea, label")) make(item);
    });
  },
  settle() {
    const named = location.hash.startsWith("#statement-") && document.getElementById(location.hash.slice(1));
    const opened = document.querySelector(".st[data-opened]");
    if (opened) go(opened);
    else if (named) go(named);
    else make(statements().find(isOpen) ?? null);
    opened?.querySelector("textarea, input[type=radio]")?.focus();
  },
  remember(event) {
    if (event.detail.target?.id !== "draft") return;
    const item = document.querySelector(".st.is-current");
    const active = document.activeElement;
    const act = event.detail.requestConfig?.elt?.closest?.(".st, .decide, .part, .fold");
    const unsaid = event.detail.requestConfig?.elt?.closest?.(".un");
    remembered = {
      unsaid: unsaid ? [...document.querySelectorAll("[data-unsaid]")].indexOf(unsaid) : null,
      id: item?.id,
      decided: Boolean(act?.classList.contains("st")),
      whole: Boolean(act && !act.classList.contains("st")),
      focused: active && active !== document.body,
      activeId: active?.id,
      top: item?.getBoundingClientRect().top,
    };
  },
  restore() {
    const was = remembered;
    remembered = null;
    if (!was) return;
    if (document.getElementById("refused")) {
      const opened = document.querySelector(".st[data-opened]");
      document.getElementById("refused").scrollIntoView({ block: "nearest" });
      if (opened) {
        make(opened);
        opened.querySelector("textarea, input")?.focus();
      } else {
        const again = document.getElementById(was.id);
        make(again);
        (again ?? document.getElementById("draft")).focus({ preventScroll: true });
      }
      return;
    }
    if (was.unsaid !== null) {
      make(document.getElementById(was.id));
      toUnsaid(Math.max(was.unsaid, 0));
      return;
    }
    const kept = document.getElementById(was.id);
    if (was.decided && kept) {
      // The place on the screen stays: what was decided does not jump away under the finger.
      make(kept);
      window.scrollBy(0, kept.getBoundingClientRect().top - was.top);
      go(isOpen(kept) ? kept : nextOpen(was.id));
      return;
    }
    const sign = document.getElementById("sign");
    if (was.whole && sign && sign.getAttribute("aria-disabled") !== "true") {
      sign.focus({ preventScroll: true });
      return;
    }
    const next = nextOpen(was.id);
    if (was.focused && next) go(next);
    else if (next) make(next);
    if (!next && was.focused) document.getElementById("draft")?.focus({ preventScroll: true });
  },
};
