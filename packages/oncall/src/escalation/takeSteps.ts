import type { UserId } from "@innkeeper/platform/api"
import { Array, Clock, DateTime, Effect, Option } from "effect"
import type { IncidentId } from "../incident/Incident.ts"
import type { IncidentEvent } from "../incident/IncidentEvents.ts"
import { publishIncidentEvents } from "../incident/IncidentOutbox.ts"
import { appendTimeline, timelineWrites } from "../incident/TimelineStore.ts"
import { type PageKey, pagesOf, pageWrites, reachable } from "../notification/NotificationStore.ts"
import type { ScheduleId } from "../schedule/ScheduleId.ts"
import { Schedules } from "../schedule/Schedules.ts"
import { nextStage, type Stage, type Target } from "./EscalationPolicy.ts"
import { endRuns, holdRuns, stepWrites } from "./EscalationRunStore.ts"
import { escalation, stageText } from "./StageText.ts"

/** Step number `stage` of a run, counted from 0 over all passes. */
export interface Step {
  readonly incidentId: IncidentId
  readonly run: number
  readonly stage: number
  /** The trace (W3C Trace Context) that it belongs to. */
  readonly traceparent: string | null
}

/** A step with what its plan says about it. */
interface Staged extends Step {
  readonly of: Stage
}

/** What a step leads to. */
export interface Taken {
  readonly pages: ReadonlyArray<PageKey>
  /** When the next step is due, in milliseconds since 1970, or at once because nobody could be paged; null: nothing more. */
  readonly next: number | "at once" | null
}

const runKey = ({ incidentId, run }: Pick<Step, "incidentId" | "run">) => `${incidentId}/${run}`
const stepKey = (step: Omit<Step, "traceparent">) => `${runKey(step)}/${step.stage}`

const targetsOf = (stage: Stage): ReadonlyArray<Target> => stage.kind === "level" ? stage.step.targets : stage.targets

/** Seconds that a stage waits for an answer, when somebody is paged. */
const timeoutOf = (stage: Stage): number => stage.kind === "level" ? stage.step.timeoutSeconds : 0

const updated = ({ incidentId, run }: Pick<Step, "incidentId" | "run">): IncidentEvent => ({
  type: "incident.updated",
  incidentId,
  run
})

/**
 * What taking steps of one tenant writes: pages of those that are due, and the end of runs that have no further one. In the
 * transaction of the caller; a step that was taken before writes nothing.
 */
export const makeTakeSteps = Effect.gen(function*() {
  const schedules = yield* Schedules

  /** For each stage, the ways in which the people it names can be reached now. */
  const methodsOf = Effect.fnUntraced(function*(stages: ReadonlyArray<Stage>) {
    const now = DateTime.makeUnsafe(yield* Clock.currentTimeMillis)
    const targets = stages.flatMap(targetsOf)
    const onCall = new Map<ScheduleId, UserId>()
    for (const id of Array.dedupe(targets.flatMap((target) => target.kind === "schedule" ? [target.id] : []))) {
      const found = yield* schedules.onCallAt(id, now)
      if (Option.isSome(found)) onCall.set(id, found.value.userId)
    }
    const userOf = (target: Target) => target.kind === "user" ? target.id : onCall.get(target.id)
    const usersOf = (stage: Stage) => Array.dedupe(targetsOf(stage).flatMap((target) => userOf(target) ?? []))
    const methods = yield* reachable(Array.dedupe(stages.flatMap(usersOf)))
    return (stage: Stage) => usersOf(stage).flatMap((id) => methods.filter(({ userId }) => userId === id))
  })

  /**
   * Writes the pages of steps, once, and returns them with those that were written before. `isNext` tells of a step that it
   * has not been taken.
   */
  const writeSteps = Effect.fnUntraced(function*(
    steps: ReadonlyArray<Staged>,
    isNext: (step: Step) => boolean,
    now: number
  ) {
    const next = [...new Map(steps.filter(isNext).map((step) => [stepKey(step), step])).values()]
    const waysOf = yield* methodsOf(next.map(({ of }) => of))
    const written = next.map((step) => ({ ...step, methods: waysOf(step.of) }))
    const { keys, writes } = yield* pageWrites(
      written.flatMap(({ incidentId, methods, run, stage }) =>
        methods.map((method) => ({ incidentId, run, stage, method }))
      )
    )
    const recorded = yield* stepWrites(written.map(({ incidentId, methods, of, run, stage, traceparent }) => ({
      incidentId,
      run,
      stage,
      traceparent,
      level: of.kind === "level" ? of.level : of.afterLevel,
      pass: of.kind === "level" ? of.pass : of.afterPass,
      nextStepAt: DateTime.formatIso(DateTime.makeUnsafe(now + (methods.length > 0 ? timeoutOf(of) * 1000 : 0)))
    })))
    const lines = yield* timelineWrites(
      written.flatMap(({ incidentId, methods, of }) => stageText(of, methods).map((line) => ({ ...line, incidentId })))
    )
    yield* publishIncidentEvents(written.map(updated), {
      paged: written.flatMap(({ incidentId, methods }) =>
        Array.dedupe(methods.map(({ userId }) => userId)).map((userId) => ({ incidentId, userId }))
      ),
      writes: [...recorded, ...lines, ...writes]
    })
    return [...keys, ...yield* pagesOf(steps.filter((step) => !isNext(step)))]
  })

  const exhaust = Effect.fnUntraced(function*(steps: ReadonlyArray<Step>) {
    yield* endRuns(steps.map(({ incidentId }) => incidentId), "exhausted")
    yield* appendTimeline(steps.map(({ incidentId }) => ({
      incidentId,
      kind: "exhausted",
      actor: escalation,
      text: "Nobody answered: the escalation policy has no further step"
    })))
    yield* publishIncidentEvents(steps.map(updated))
  })

  const takeSteps = Effect.fnUntraced(function*(steps: ReadonlyArray<Step>) {
    const now = yield* Clock.currentTimeMillis
    const runs = yield* holdRuns(Array.dedupe(steps.map(({ incidentId }) => incidentId)))
    const current = new Map(runs.filter(({ status }) => status === "triggered").map((run) => [runKey(run), run]))
    const staged = steps.flatMap((step): ReadonlyArray<Staged> => {
      const run = current.get(runKey(step))
      const next = run === undefined ? Option.none() : nextStage(run.plan, step.stage)
      return Option.isSome(next) ? [{ ...step, of: next.value }] : []
    })
    const stages = new Map(staged.map((step) => [stepKey(step), step.of]))
    const isLast = (step: Step) => current.get(runKey(step))?.state === "running" && !stages.has(stepKey(step))
    yield* exhaust(steps.filter(isLast))
    const isNext = (step: Step) => {
      const run = current.get(runKey(step))
      return run?.state === "running" && run.stages === step.stage
    }
    const pages = Object.groupBy(yield* writeSteps(staged, isNext, now), stepKey)
    return steps.map((step): Taken => {
      const stage = stages.get(stepKey(step))
      if (stage === undefined) return { pages: [], next: null }
      const own = pages[stepKey(step)] ?? []
      if (own.length === 0 || timeoutOf(stage) === 0) return { pages: own, next: "at once" }
      // A step that was taken before, by a process that died before it set the alarm, is as far as its row says.
      const before = current.get(runKey(step))
      const due = before !== undefined && before.stages > step.stage ? before.nextStepAt : null
      return { pages: own, next: due ?? now + timeoutOf(stage) * 1000 }
    })
  })

  return takeSteps
})
