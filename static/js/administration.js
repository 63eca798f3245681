// Copying the text for an EHR's portal. Without a script the button stays hidden: select the text.

for (const button of document.querySelectorAll("[data-copy-text]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copyText).textContent);
    button.textContent = "Copied";
  });
}
