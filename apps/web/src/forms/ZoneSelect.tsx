import { Select } from "../ui/Field.tsx"

const zones = ["UTC", ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC")]

/** A list of time zones. A zone that this browser does not list stays chosen. */
export function ZoneSelect({ value, onChange }: {
  readonly value: string
  readonly onChange: (zone: string) => void
}) {
  return (
    <Select value={value} onChange={(event) => onChange(event.target.value)}>
      {!zones.includes(value) && <option value={value}>{value}</option>}
      {zones.map((zone) => <option key={zone} value={zone}>{zone.replaceAll("_", " ")}</option>)}
    </Select>
  )
}
