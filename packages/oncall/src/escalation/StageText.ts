import { Actor } from "@innkeeper/platform/api"
import { Duration } from "effect"
import type { NewTimelineEntry } from "../alert/Ingest.ts"
import type { Reachable } from "../notification/NotificationStore.ts"
import type { AfterUnsent } from "./afterUnsent.ts"
import type { Stage } from "./EscalationPolicy.ts"

/** Escalation itself, as the name on timelines. */
export const escalation = new Actor({ kind: "system", id: null, name: "Escalation" })

const nameOf = (stage: Stage) => stage.kind === "level" ? `Level ${stage.level}` : "Last resort"

const line = (kind: NewTimelineEntry["kind"], text: string) => ({ kind, actor: escalation, text })

const peopleOf = (methods: ReadonlyArray<Reachable>) =>
  Object.entries(Object.groupBy(methods, ({ userName }) => userName))
    .map(([name, ways]) => `${name} (${(ways ?? []).map(({ kind }) => kind).join(", ")})`).join(", ")

/** What the timeline says about a stage that reaches people by `methods` and waits for `seconds`. */
export const stageText = (
  stage: Stage,
  methods: ReadonlyArray<Reachable>,
  seconds: number
): ReadonlyArray<Omit<NewTimelineEntry, "incidentId">> => {
  const repeated = stage.kind === "level" && stage.level === 1 && stage.pass > 1
    ? [line("repeated", `Nobody answered: pass ${stage.pass} begins`)]
    : []
  if (methods.length === 0) {
    const onward = seconds === 0 ? "going on at once" : `trying again in ${Duration.format(Duration.seconds(seconds))}`
    return [...repeated, line("step-skipped", `${nameOf(stage)}: nobody on call could be paged; ${onward}`)]
  }
  return [
    ...repeated,
    line(stage.kind === "level" ? "paged" : "last-resort", `${nameOf(stage)}: paging ${peopleOf(methods)}`)
  ]
}

/** What the timeline says of what follows when pages of a stage were not sent. */
export const afterUnsentText = (
  stage: Stage,
  { goesOn, instead }: AfterUnsent
): ReadonlyArray<Omit<NewTimelineEntry, "incidentId">> => [
  ...(instead.length > 0 ? [line("paged", `${nameOf(stage)}: paging ${peopleOf(instead)} instead`)] : []),
  ...(goesOn ? [line("step-skipped", `${nameOf(stage)}: nobody could be reached; going on at once`)] : [])
]
