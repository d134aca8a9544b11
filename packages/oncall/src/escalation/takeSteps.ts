import type { UserId } from "@innkeeper/platform/api"
import { Array, Clock, DateTime, Effect, Option } from "effect"
import type { IncidentId } from "../incident/Incident.ts"
import type { IncidentEvent } from "../incident/IncidentEvents.ts"
import { publishIncidentEvents } from "../incident/IncidentOutbox.ts"
import { appendTimeline, timelineWrites } from "../incident/TimelineStore.ts"
import { type PageKey, pagesOf, pagesOfRuns, pageWrites, reachable } from "../notification/NotificationStore.ts"
import type { ScheduleId } from "../schedule/ScheduleId.ts"
import { Schedules } from "../schedule/Schedules.ts"
import { type EscalationPlan, nextStage, type Stage, type Target } from "./EscalationPolicy.ts"
import { endRuns, holdRuns, stepWrites } from "./EscalationRunStore.ts"
import { escalation, stageText } from "./StageText.ts"
import { endsPass, isEarlierInPass, isHopeful, waitAfter } from "./waitAfter.ts"

/** Step number `stage` of a run, counted from 0 over all passes. */
export interface Step {
  readonly incidentId: IncidentId
  readonly run: number
  readonly stage: number
  /** The trace (W3C Trace Context) that it belongs to. */
  readonly traceparent: string | null
}

/** A step with its plan, and what that says about it. */
interface Staged extends Step {
  readonly plan: EscalationPlan
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

/** Steps that two have asked for at the same time, such as two alarms, once. */
const once = <S extends Step>(steps: ReadonlyArray<S>): ReadonlyArray<S> => [
  ...new Map(steps.map((step) => [stepKey(step), step])).values()
]

const targetsOf = (stage: Stage): ReadonlyArray<Target> => stage.kind === "level" ? stage.step.targets : stage.targets

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

  /** Those of steps that end a pass and page nobody, whose pass has reached somebody before, or may yet. */
  const reachedBefore = Effect.fnUntraced(function*(silent: ReadonlyArray<Staged>) {
    const pages = (yield* pagesOfRuns(silent)).filter(isHopeful)
    const ofRun = (step: Staged) => pages.filter((page) => runKey(page) === runKey(step))
    return new Set(silent.filter((step) => ofRun(step).some(isEarlierInPass(step.stage, step.plan))).map(stepKey))
  })

  /**
   * Writes the pages of steps, once, and returns them with those that were written before, and how many seconds each new step
   * waits. `isNext` tells of a step that it has not been taken.
   */
  const writeSteps = Effect.fnUntraced(function*(
    steps: ReadonlyArray<Staged>,
    isNext: (step: Step) => boolean,
    now: number
  ) {
    const next = once(steps.filter(isNext))
    const waysOf = yield* methodsOf(next.map(({ of }) => of))
    const found = next.map((step) => ({ ...step, methods: waysOf(step.of) }))
    const before = yield* reachedBefore(
      found.filter(({ methods, of, plan }) => methods.length === 0 && endsPass(of, plan))
    )
    const written = found.map((step) => ({
      ...step,
      wait: waitAfter(step.of, step.plan, { now: step.methods.length > 0, before: before.has(stepKey(step)) })
    }))
    const { keys, writes } = yield* pageWrites(
      written.flatMap(({ incidentId, methods, run, stage }) =>
        methods.map((method) => ({ incidentId, run, stage, method }))
      )
    )
    const recorded = yield* stepWrites(written.map(({ incidentId, of, run, stage, traceparent, wait }) => ({
      incidentId,
      run,
      stage,
      traceparent,
      level: of.kind === "level" ? of.level : of.afterLevel,
      pass: of.kind === "level" ? of.pass : of.afterPass,
      nextStepAt: DateTime.formatIso(DateTime.makeUnsafe(now + wait * 1000))
    })))
    const lines = yield* timelineWrites(
      written.flatMap(({ incidentId, methods, of, wait }) =>
        stageText(of, methods, wait).map((line) => ({ ...line, incidentId }))
      )
    )
    yield* publishIncidentEvents(written.map(updated), {
      paged: written.flatMap(({ incidentId, methods }) =>
        Array.dedupe(methods.map(({ userId }) => userId)).map((userId) => ({ incidentId, userId }))
      ),
      writes: [...recorded, ...lines, ...writes]
    })
    return {
      pages: [...keys, ...yield* pagesOf(steps.filter((step) => !isNext(step)))],
      waits: new Map(written.map((step) => [stepKey(step), step.wait]))
    }
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
      return run !== undefined && Option.isSome(next) ? [{ ...step, plan: run.plan, of: next.value }] : []
    })
    const stages = new Set(staged.map(stepKey))
    const isLast = (step: Step) => current.get(runKey(step))?.state === "running" && !stages.has(stepKey(step))
    yield* exhaust(once(steps.filter(isLast)))
    const isNext = (step: Step) => {
      const run = current.get(runKey(step))
      return run?.state === "running" && run.stages === step.stage
    }
    const { pages, waits } = yield* writeSteps(staged, isNext, now)
    const byStep = Object.groupBy(pages, stepKey)
    return steps.map((step): Taken => {
      if (!stages.has(stepKey(step))) return { pages: [], next: null }
      const own = byStep[stepKey(step)] ?? []
      // A step that was taken before, by a process that died before it set the alarm, is as far as its row says.
      const wait = waits.get(stepKey(step))
      const due = wait === undefined ? current.get(runKey(step))?.nextStepAt ?? null : now + wait * 1000
      return { pages: own, next: due === null || due > now ? due : "at once" }
    })
  })

  return takeSteps
})
