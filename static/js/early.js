// Before the first paint: where scripts run, only the current statement shows its actions.
document.documentElement.classList.add("js");
