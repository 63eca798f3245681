// What every request of ours carries.
export const token = () => document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";
