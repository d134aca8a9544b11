/** `system` follows the operating system. */
export type Theme = "system" | "light" | "dark"

const key = "theme"

export const readTheme = (): Theme => {
  const stored = localStorage.getItem(key)
  return stored === "light" || stored === "dark" ? stored : "system"
}

/** Shows the theme and keeps it for this browser. */
export const chooseTheme = (theme: Theme) => {
  if (theme === "system") {
    localStorage.removeItem(key)
    delete document.documentElement.dataset["theme"]
  } else {
    localStorage.setItem(key, theme)
    document.documentElement.dataset["theme"] = theme
  }
}
