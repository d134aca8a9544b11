import { Monitor, Moon, Sun } from "lucide-react"
import { useState } from "react"
import { IconButton } from "../ui/IconButton.tsx"
import { Menu, MenuItem } from "../ui/Menu.tsx"
import { chooseTheme, readTheme, type Theme } from "../ui/theme.ts"

const themes: Record<Theme, { readonly label: string; readonly Icon: typeof Sun }> = {
  system: { label: "As the system", Icon: Monitor },
  light: { label: "Light", Icon: Sun },
  dark: { label: "Dark", Icon: Moon }
}

export function ThemeMenu() {
  const [theme, setTheme] = useState(readTheme)
  const { Icon } = themes[theme]
  const choose = (chosen: Theme) => {
    chooseTheme(chosen)
    setTheme(chosen)
  }
  return (
    <Menu
      trigger={
        <IconButton label="Choose the theme">
          <Icon aria-hidden />
        </IconButton>
      }
    >
      {(["system", "light", "dark"] as const).map((name) => {
        const { Icon, label } = themes[name]
        return (
          <MenuItem key={name} icon={<Icon aria-hidden />} onSelect={() => choose(name)}>
            {name === theme ? <strong className="font-semibold">{label}</strong> : label}
          </MenuItem>
        )
      })}
    </Menu>
  )
}
