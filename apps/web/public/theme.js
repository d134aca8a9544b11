// Runs before the first paint, so that a chosen theme does not flash the other one. Mirrors src/ui/theme.ts.
;(() => {
  const theme = localStorage.getItem("theme")
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme
})()
