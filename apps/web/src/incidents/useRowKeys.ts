import type { Incident } from "@innkeeper/oncall/api"
import { type RefObject, useEffect, useRef } from "react"
import { useKeys } from "../shell/useKeys.ts"
import { type Place, rowBeside } from "./rowBeside.ts"

/**
 * Keys of the list: `j` and `k` move the focus over the rows, and Enter opens as on any link. While an incident is open
 * they go to the next one, and `a` and `r` are its own. They go on from the place of a row that has left the list.
 */
export const useRowKeys = (options: {
  readonly list: RefObject<HTMLElement | null>
  readonly incidents: ReadonlyArray<Incident>
  readonly openId: string | undefined
  readonly onOpen: (incident: Incident) => void
  readonly onAcknowledge: (incident: Incident) => void
  readonly onResolve: (incident: Incident) => void
}) => {
  const { incidents, list, onAcknowledge, onOpen, onResolve, openId } = options
  const ids = incidents.map(({ id }) => id)
  const placeOf = (id: string | undefined): Place | null => {
    const index = ids.findIndex((other) => other === id)
    return id === undefined || index === -1 ? null : { id, index }
  }
  const last = useRef<Place | null>(null)
  useEffect(() => {
    const id = openId ?? last.current?.id
    if (last.current?.id !== id || placeOf(id) !== null) last.current = placeOf(id)
  })
  const focused = () => {
    const row = document.activeElement
    return row instanceof HTMLElement && list.current?.contains(row) === true ? row.dataset["incident"] : undefined
  }
  const move = (step: 1 | -1) => () => {
    const from = openId === undefined ? placeOf(focused()) ?? last.current : last.current
    const next = incidents[rowBeside(ids, from, step)]
    if (next === undefined) return
    if (openId === undefined) last.current = placeOf(next.id)
    list.current?.querySelector<HTMLElement>(`[data-incident="${next.id}"]`)?.focus()
    if (openId !== undefined) onOpen(next)
  }
  const act = (onAct: (incident: Incident) => void) => () => {
    const incident = incidents.find(({ id }) => id === focused())
    if (incident === undefined) return
    last.current = placeOf(incident.id)
    onAct(incident)
  }
  useKeys({
    j: move(1),
    k: move(-1),
    ...(openId === undefined ? { a: act(onAcknowledge), r: act(onResolve) } : {})
  })
}
