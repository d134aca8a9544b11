import type { EscalationPlan } from "@innkeeper/oncall/api"
import { BellRing, Flag, Repeat2, Siren } from "lucide-react"
import type { ReactNode } from "react"
import { lengthText } from "../lanes/momentText.ts"
import type { TargetDraft } from "./policyDraft.ts"
import { levelOffsets, repeatText, secondsToTheEnd } from "./policyMoments.ts"
import { TargetName } from "./TargetName.tsx"

const text = (seconds: number) => lengthText(seconds * 1000)

/** A policy drawn as what happens, one below the other, when nobody acknowledges. */
export function PolicySteps({ plan }: { readonly plan: EscalationPlan }) {
  const offsets = levelOffsets(plan)
  return (
    <ol>
      {plan.steps.map(({ targets, timeoutSeconds }, index) => (
        <Moment
          key={index}
          icon={<BellRing aria-hidden />}
          when={index === 0 ? "At once" : `After ${text(offsets[index]!)}`}
          what={<Targets targets={targets} before={`Level ${index + 1}:`} />}
          then={`waits ${text(timeoutSeconds)} for an acknowledgement`}
        />
      ))}
      {plan.repeat > 0 && (
        <Moment
          icon={<Repeat2 aria-hidden />}
          when={`After ${text(secondsToTheEnd({ ...plan, repeat: 0 }))}`}
          what={repeatText(plan.repeat)}
        />
      )}
      <Moment
        last
        icon={plan.lastResort.length > 0 ? <Siren aria-hidden /> : <Flag aria-hidden />}
        when={`After ${text(secondsToTheEnd(plan))}`}
        what={plan.lastResort.length > 0
          ? <Targets targets={plan.lastResort} before="Last resort:" />
          : "Stops: nobody else is paged"}
      />
    </ol>
  )
}

function Moment({ icon, when, what, then, last = false }: {
  readonly icon: ReactNode
  readonly when: string
  readonly what: ReactNode
  readonly then?: string
  readonly last?: boolean
}) {
  return (
    <li className="grid grid-cols-[1.75rem_minmax(0,1fr)] gap-x-3">
      <div className="grid grid-rows-[1.75rem_1fr] justify-items-center">
        <span className="grid size-7 place-content-center rounded-full bg-hover text-muted [&>svg]:size-4">{icon}</span>
        {!last && <span aria-hidden className="w-px bg-line-strong" />}
      </div>
      <div className={last ? "" : "pb-4"}>
        <p className="text-xs text-muted">{when}</p>
        <div className="text-sm">{what}</div>
        {then !== undefined && <p className="text-xs text-muted">{then}</p>}
      </div>
    </li>
  )
}

function Targets({ targets, before }: { readonly targets: ReadonlyArray<TargetDraft>; readonly before: string }) {
  return (
    <p className="flex flex-wrap gap-x-3 gap-y-1">
      <span className="font-medium">{before}</span>
      {targets.map((target) => <TargetName key={target.id} target={target} />)}
    </p>
  )
}
