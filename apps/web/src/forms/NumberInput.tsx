import type { InputHTMLAttributes } from "react"
import { TextInput } from "../ui/Field.tsx"

/** A whole number; NaN while the field holds none. */
export function NumberInput({ value, onChange, ...rest }:
  & Omit<InputHTMLAttributes<HTMLInputElement>, "value" | "onChange" | "type">
  & { readonly value: number; readonly onChange: (value: number) => void })
{
  return (
    <TextInput
      {...rest}
      type="number"
      inputMode="numeric"
      value={Number.isNaN(value) ? "" : value}
      onChange={(event) => onChange(event.target.valueAsNumber)}
    />
  )
}
