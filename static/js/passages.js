// Text addressed to software: shown where it stands, and put away again.
export const passages = () => {
  document.body.addEventListener("htmx:beforeRequest", (event) => {
    const link = event.detail.elt.closest?.("[data-passage-of]");
    const shown = link?.parentElement.querySelector("[data-passage]");
    if (!shown) return;
    event.preventDefault();
    close(shown);
  });
  document.body.addEventListener("htmx:afterSwap", (event) => {
    const shown = event.detail.target?.querySelector?.(":scope > [data-passage]");
    shown && linkOf(shown)?.setAttribute("aria-expanded", "true");
  });
  document.addEventListener("click", (event) => {
    const shown = event.target.closest?.("[data-close-passage]")?.closest("[data-passage]");
    if (shown) close(shown);
  });
};

const linkOf = (shown) => shown.closest("[data-order]")?.querySelector("[data-passage-of]");

const close = (shown) => {
  const link = linkOf(shown);
  shown.remove();
  link?.setAttribute("aria-expanded", "false");
  link?.focus({ preventScroll: true });
};
