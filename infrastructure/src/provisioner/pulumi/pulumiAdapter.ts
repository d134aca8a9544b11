import type { ProvisionEvent } from "@innkeeper/config"
import { Effect } from "effect"
import { settingsOf } from "../../component/stackSettings.ts"
import { moveKey } from "../../plan/kinds/secrets.ts"
import { type PlanOptions, served } from "../../plan/OwnTenant.ts"
import type { Plan } from "../../plan/Plan.ts"
import { checkPreview } from "../checkPreview.ts"
import type { Adapter, Tell, Work } from "../Work.ts"
import { writeTenant } from "../writeTenant.ts"
import { deletionOf, nameOf, translator } from "./engineEvents.ts"
import { failedAs, hearEngine } from "./hearEngine.ts"
import { pastLock } from "./pastLock.ts"
import { stackFiles } from "./stackFiles.ts"
import type { Listener, StackFailed, StateResource, TenantStack } from "./TenantStack.ts"

/** Where a stack is worked at. */
export interface StackPlace {
  readonly stack: string
  /** Folder with the project and the stack's configuration. */
  readonly folder: string
  /** What the program reads. */
  readonly variables: Readonly<Record<string, string>>
}

export interface PulumiOptions<R> {
  /** File that describes the cluster. */
  readonly environment: string
  /** Folder with the encrypted configuration of stacks; see `stackFiles`. */
  readonly secrets: string
  readonly stackAt: (place: StackPlace) => Effect.Effect<TenantStack, never, R>
}

const namesIn = ({ cloud, objects, passwords, secrets }: Plan) =>
  new Set([...cloud, ...objects, ...passwords, ...secrets].map(({ name }) => name))

/** What is left of a change that came to nothing: what holds data and was in no plan that was carried out. */
const leftovers = (state: ReadonlyArray<StateResource>, { before, plan }: Work) => {
  if (before === undefined) return []
  const known = new Set([...namesIn(plan), ...namesIn(before)])
  return state.filter(({ protect, urn }) => protect && !known.has(nameOf(urn)))
}

/** What of the state goes when the tenant is destroyed: everything but its backups. */
const goingOf = (state: ReadonlyArray<StateResource>, { plan }: Work) => {
  const kept = new Set(plan.cloud.flatMap(({ keep, name }) => keep === true ? [name] : []))
  return state.filter(({ urn }) => !kept.has(nameOf(urn)))
}

const nothing = (): ReadonlyArray<ProvisionEvent> => []

/** Does the work with Pulumi's engine, in the tenant's stack. */
export const pulumiAdapter = <R>({ environment, secrets, stackAt }: PulumiOptions<R>) => {
  const stackFor = Effect.fnUntraced(function*({ plan, request }: Work) {
    const folder = yield* stackFiles(plan.stack, secrets)
    const tenants = yield* writeTenant(request, plan)
    return yield* stackAt({
      stack: plan.stack,
      folder,
      variables: { INNKEEPER_ENVIRONMENT: environment, INNKEEPER_TENANTS: tenants }
    })
  })

  const plain = <A, R>(effect: Effect.Effect<A, StackFailed, R>) => Effect.mapError(effect, failedAs)

  const configure = (stack: TenantStack, options: PlanOptions, request?: Work["request"]) => {
    const settings = settingsOf(options)
    const secrets: Readonly<Record<string, string>> = request?.move === undefined ? {} : { [moveKey]: request.move.key }
    return Object.keys(settings).length === 0 ? Effect.void : plain(stack.configure(settings, secrets))
  }

  const unprotect = (stack: TenantStack, resources: ReadonlyArray<StateResource>) =>
    Effect.forEach(
      resources.filter(({ protect }) => protect),
      ({ urn }) => plain(stack.unprotect(urn)),
      { discard: true }
    )

  const engine = (
    stack: TenantStack,
    { request: { abandoned = false } }: Work,
    tell: Tell,
    run: (listen: Listener) => Effect.Effect<void, StackFailed>,
    total?: number
  ) =>
    pastLock(
      stack,
      { abandoned, tell },
      Effect.suspend(() => hearEngine(run, total === undefined ? nothing : translator(total), tell))
    )

  const preview = Effect.fnUntraced(
    function*(work: Work, tell: Tell) {
      const stack = yield* stackFor(work)
      if (!(yield* plain(stack.open({ create: false })))) {
        yield* checkPreview(work, environment)
        return yield* tell({ _tag: "Planned", changes: work.changes })
      }
      yield* configure(stack, work.options, work.request)
      yield* tell({ _tag: "Planned", changes: yield* engine(stack, work, tell, stack.preview) })
    },
    Effect.scoped
  )

  const apply = Effect.fnUntraced(
    function*(work: Work, tell: Tell) {
      const stack = yield* stackFor(work)
      yield* plain(stack.open({ create: true }))
      yield* configure(stack, work.options, work.request)
      yield* unprotect(stack, leftovers(yield* plain(stack.resources), work))
      const changes = yield* engine(stack, work, tell, stack.preview)
      yield* tell({ _tag: "Planned", changes })
      if (changes.length === 0) return
      yield* engine(stack, work, tell, (listen) => stack.up({ checked: true }, listen), changes.length)
    },
    Effect.scoped
  )

  /** What goes, with the stack; none where there is no stack or nothing in it. */
  const going = Effect.fnUntraced(function*(work: Work) {
    const stack = yield* stackFor(work)
    const there = yield* plain(stack.open({ create: false }))
    const resources = there ? goingOf(yield* plain(stack.resources), work) : []
    return { stack, resources, changes: resources.flatMap(deletionOf) }
  })

  const previewDestroy = Effect.fnUntraced(
    function*(work: Work, tell: Tell) {
      const { changes } = yield* going(work)
      yield* tell({ _tag: "Planned", changes })
    },
    Effect.scoped
  )

  const destroy = Effect.fnUntraced(
    function*(work: Work, tell: Tell) {
      const { changes, resources, stack } = yield* going(work)
      yield* tell({ _tag: "Planned", changes })
      if (changes.length === 0) return
      yield* unprotect(stack, resources)
      yield* configure(stack, { ...served, service: "suspended", release: true })
      // The pack demands the protection that is let go here.
      const release = engine(stack, work, tell, (listen) => stack.up({ checked: false }, listen))
      yield* work.before === undefined
        ? Effect.catch(release, ({ message }) =>
          tell({
            _tag: "Said",
            level: "warning",
            message: `What was begun could not be let go in good order, and is deleted as it is: ${message}`
          }))
        : release
      yield* engine(stack, work, tell, stack.destroy, changes.length)
    },
    Effect.scoped
  )

  return { name: "pulumi", preview, apply, previewDestroy, destroy } satisfies Adapter<unknown>
}
