import { Actor } from "@innkeeper/platform/api"
import type { NewTimelineEntry } from "../alert/Ingest.ts"
import type { Reachable } from "../notification/NotificationStore.ts"
import type { Stage } from "./EscalationPolicy.ts"

/** Escalation itself, as the name on timelines. */
export const escalation = new Actor({ kind: "system", id: null, name: "Escalation" })

/** What the timeline says about a stage that reaches people by `methods`. */
export const stageText = (
  stage: Stage,
  methods: ReadonlyArray<Reachable>
): ReadonlyArray<Omit<NewTimelineEntry, "incidentId">> => {
  const where = stage.kind === "level" ? `Level ${stage.level}` : "Last resort"
  const line = (kind: NewTimelineEntry["kind"], text: string) => ({ kind, actor: escalation, text })
  const repeated = stage.kind === "level" && stage.level === 1 && stage.pass > 1
    ? [line("repeated", `Nobody answered: pass ${stage.pass} begins`)]
    : []
  if (methods.length === 0) {
    return [...repeated, line("step-skipped", `${where}: nobody on call could be paged; going on at once`)]
  }
  const people = Object.entries(Object.groupBy(methods, ({ userName }) => userName))
    .map(([name, ways]) => `${name} (${(ways ?? []).map(({ kind }) => kind).join(", ")})`)
  return [...repeated, line(stage.kind === "level" ? "paged" : "last-resort", `${where}: paging ${people.join(", ")}`)]
}
