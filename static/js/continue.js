// Takes the browser on to the EHR at once; the button stays for where scripts do not run.
document.getElementById("continue").submit();
