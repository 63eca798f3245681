// The panel's script: enhances pages that work without it. Nothing of a chart is stored here.
import { acts } from "./acts.js";
import { watch } from "./stream.js";
import { editors } from "./editing.js";
import { evidence } from "./evidence.js";
import { looks } from "./looks.js";
import { passages } from "./passages.js";
import { keyboard } from "./keyboard.js";
import { current } from "./current.js";
import { localTimes, say } from "./words.js";
import { copying } from "./copying.js";
import { ended } from "./ended.js";
import { unsent } from "./unsent.js";
import { waiting } from "./waiting.js";

const start = () => {
  localTimes(document);
  current.settle();
  watch();
};

current.listen();
acts(); // ahead of what else waits for a press
editors();
evidence();
looks();
passages();
keyboard();
copying();
ended();
unsent();

// After a swap: the focus is where the work is, the times are local, the news is said.
document.body.addEventListener("htmx:beforeSwap", (event) => current.remember(event));
document.body.addEventListener("htmx:afterSettle", (event) => {
  const draft = document.getElementById("draft");
  if (event.detail.target?.id === "draft" || event.detail.elt?.id === "draft") {
    localTimes(draft);
    if (draft?.dataset.announce) say(draft.dataset.announce);
    current.restore();
    watch();
  }
});
start();
waiting(start);
