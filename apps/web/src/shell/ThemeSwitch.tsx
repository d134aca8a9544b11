import { Monitor, Moon, Sun } from "lucide-react"
import { useState } from "react"
import { IconButton } from "../ui/IconButton.tsx"
import { chooseTheme, readTheme, type Theme } from "../ui/theme.ts"

const themes: Record<Theme, { readonly words: string; readonly Icon: typeof Sun; readonly next: Theme }> = {
  system: { words: "as the system", Icon: Monitor, next: "light" },
  light: { words: "light", Icon: Sun, next: "dark" },
  dark: { words: "dark", Icon: Moon, next: "system" }
}

/** Goes round the themes: as the system, light, dark. */
export function ThemeSwitch() {
  const [theme, setTheme] = useState(readTheme)
  const { Icon, next, words } = themes[theme]
  const change = () => {
    chooseTheme(next)
    setTheme(next)
  }
  return (
    <IconButton label={`Theme: ${words}. Change to ${themes[next].words}`} onClick={change}>
      <Icon aria-hidden />
    </IconButton>
  )
}
