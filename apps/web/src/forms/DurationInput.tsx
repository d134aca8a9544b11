import { useState } from "react"
import { Select } from "../ui/Field.tsx"
import { largestUnit, type TimeUnit, timeUnits } from "./durationUnits.ts"
import { NumberInput } from "./NumberInput.tsx"

/** A length of time in a unit of choice. `value` is in seconds; NaN while the field holds none. */
export function DurationInput({ label, value, onChange }: {
  /** Names the unit's list, such as "Wait". */
  readonly label: string
  readonly value: number
  readonly onChange: (seconds: number) => void
}) {
  const [chosen, setChosen] = useState({ value, unit: largestUnit(value) })
  // A value from elsewhere, as when rows change places, brings its own unit.
  const unit = Object.is(chosen.value, value) ? chosen.unit : largestUnit(value)
  const change = (value: number, unit: TimeUnit) => {
    setChosen({ value, unit })
    onChange(value)
  }
  return (
    <div className="grid grid-cols-[1fr_auto] gap-2">
      <NumberInput
        min={1}
        value={value / timeUnits[unit]}
        onChange={(amount) => change(amount * timeUnits[unit], unit)}
      />
      <Select
        // The field names its first control; the unit has a name of its own.
        id={undefined}
        aria-label={`${label}, unit`}
        value={unit}
        onChange={(event) => {
          const next = event.target.value as TimeUnit
          change(value / timeUnits[unit] * timeUnits[next], next)
        }}
      >
        {Object.keys(timeUnits).map((name) => <option key={name} value={name}>{name}</option>)}
      </Select>
    </div>
  )
}
