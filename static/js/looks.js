// What could do harm is looked at once before it is approved together with the rest.
import { current } from "./current.js";
import { look } from "./evidence.js";
import { say } from "./words.js";

const PAUSE = 700; // a second tap on "needs a look" must not approve what came in its place

const unseen = (place) => [...place.querySelectorAll(".st[data-needs-look]")];
const whole = () => document.getElementById("draft");

// The next after the current one, else the first; its source opens as it is reached.
export const nextLook = (place = whole()) => {
  const found = place ? unseen(place) : [];
  const all = [...document.querySelectorAll("#draft .st[id]")];
  const at = all.indexOf(current.item);
  const item = found.find((one) => all.indexOf(one) > at) ?? found[0];
  if (!item) return;
  current.arrived = true;
  if (item === current.item) look(item);
  current.go(item);
};

// The ways there count down as sources open, and give way to approving.
const count = () => {
  for (const way of document.querySelectorAll("[data-look-next]:not([hidden])")) {
    const left = unseen(way.closest(".part") ?? whole());
    if (left.length) {
      way.querySelector("span").textContent = `${left.length} ${left.length === 1 ? "needs" : "need"} a look`;
      way.hash = left[0].id;
    } else giveWay(way);
  }
};

const giveWay = (way) => {
  const form = way.nextElementSibling;
  const button = form.querySelector("button");
  way.hidden = true;
  form.hidden = false;
  button.disabled = true;
  setTimeout(() => (button.disabled = false), PAUSE);
  if (way.id === "look-next") say("Nothing more needs a look. The rest can be approved together.");
};

export const looks = () => {
  document.addEventListener("click", (event) => {
    const way = event.target.closest?.("[data-look-next]");
    if (!way) return;
    event.preventDefault();
    nextLook(way.closest(".part") ?? whole());
  });
  document.addEventListener("statement:looked", count);
};
