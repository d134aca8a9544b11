import type { DateTime } from "effect"
import { Effect } from "effect"
import { useEffect, useEffectEvent, useRef, useState } from "react"
import { TextInput } from "../ui/Field.tsx"
import { runWhileShown } from "../ui/runWhileShown.ts"
import { fromLocalMoment, toLocalMoment } from "./localMoment.ts"

/** How long somebody must pause before what they typed is told. */
const pause = "250 millis"

/**
 * A moment in `zone`. What is typed stays as it is until `value` has followed, since a date is many others on the way.
 * `onChange` gets ISO 8601, and nothing where the field is empty.
 */
export function MomentInput({ value, zone, onChange }: {
  readonly value: DateTime.Utc | undefined
  readonly zone: DateTime.TimeZone
  readonly onChange: (moment: string | undefined) => void
}) {
  const text = value === undefined ? "" : toLocalMoment(value, zone)
  const input = useRef<HTMLInputElement>(null)
  const told = useRef<string | null>(null)
  const [typed, setTyped] = useState<string | null>(null)
  useEffect(() => {
    if (document.activeElement !== input.current) setTyped(null)
  }, [text])

  const tell = useEffectEvent((local: string) => {
    told.current = local
    onChange(fromLocalMoment(local, zone) || undefined)
  })
  useEffect(() => {
    if (typed === null || typed === told.current) return
    return runWhileShown(Effect.delay(Effect.sync(() => tell(typed)), pause))
  }, [typed])

  return (
    <TextInput
      ref={input}
      type="datetime-local"
      value={typed ?? text}
      onChange={({ target }) => {
        told.current = null
        setTyped(target.value)
      }}
      onBlur={() => {
        if (typed !== null && typed === told.current) setTyped(null)
      }}
    />
  )
}
