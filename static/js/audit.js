// Print and copy: the two things on these pages that need a script. Without it they stay hidden.

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// A printed decision shows everything: what is folded on screen is opened first, and closed after.
let folded = [];
window.addEventListener("beforeprint", () => {
  folded = [...document.querySelectorAll("main details:not([open]):not(.find)")];
  for (const part of folded) part.open = true;
});
window.addEventListener("afterprint", () => {
  for (const part of folded) part.open = false;
});

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(new URL(button.dataset.copy, location.href).href);
    button.textContent = "Copied";
  });
}

// "any patient" leads to the form that asks for one.
const find = document.querySelector("details.find");
document.querySelector('a[href="#patient"]')?.addEventListener("click", () => {
  find.open = true;
  find.querySelector("select, input")?.focus();
});
