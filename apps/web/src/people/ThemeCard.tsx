import { useState } from "react"
import { Card } from "../ui/Card.tsx"
import { chooseTheme, readTheme, type Theme } from "../ui/theme.ts"

const themes: ReadonlyArray<readonly [Theme, string]> = [
  ["system", "As the system"],
  ["light", "Light"],
  ["dark", "Dark"]
]

/** How the page looks in this browser. */
export function ThemeCard() {
  const [chosen, setChosen] = useState(readTheme)
  return (
    <Card title="Theme">
      <fieldset className="flex flex-wrap gap-x-6 gap-y-1">
        <legend className="sr-only">Theme</legend>
        {themes.map(([theme, label]) => (
          <label key={theme} className="control inline-flex items-center gap-2 text-sm">
            <input
              type="radio"
              name="theme"
              className="size-4 accent-accent"
              checked={chosen === theme}
              onChange={() => {
                chooseTheme(theme)
                setChosen(theme)
              }}
            />
            {label}
          </label>
        ))}
      </fieldset>
    </Card>
  )
}
