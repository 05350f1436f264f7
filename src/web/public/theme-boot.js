// Sets the theme before the first paint. A file of its own because the policy forbids inline scripts.
// Keep in step with lib/theme.ts.
(() => {
  let choice = null;
  try {
    choice = JSON.parse(localStorage.getItem("flightdeck.theme") ?? "null");
  } catch {
    // Storage may be blocked; the system's theme is used.
  }
  const dark =
    choice === "dark" || (choice !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
})();
