import type { Incident } from "@innkeeper/oncall/api"
import type { RefObject } from "react"
import { useKeys } from "../shell/useKeys.ts"

/**
 * Keys of the list: `j` and `k` move the focus over the rows, and Enter opens as on any link. While an incident is open
 * they go to the next one, and `a` and `r` are its own.
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
  const focused = () => {
    const row = document.activeElement
    return row instanceof HTMLElement && list.current?.contains(row) === true ? row.dataset["incident"] : undefined
  }
  const move = (step: 1 | -1) => () => {
    const current = incidents.findIndex(({ id }) => id === (openId ?? focused()))
    const next = incidents[current === -1 ? 0 : current + step]
    if (next === undefined) return
    list.current?.querySelector<HTMLElement>(`[data-incident="${next.id}"]`)?.focus()
    if (openId !== undefined) onOpen(next)
  }
  const act = (onAct: (incident: Incident) => void) => () => {
    const incident = incidents.find(({ id }) => id === focused())
    if (incident !== undefined) onAct(incident)
  }
  useKeys({
    j: move(1),
    k: move(-1),
    ...(openId === undefined ? { a: act(onAcknowledge), r: act(onResolve) } : {})
  })
}
