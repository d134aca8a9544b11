import { decodeTenantConfig } from "@innkeeper/config"
import { Effect, FileSystem, Schema } from "effect"
import { parse } from "yaml"
import { type Change, diffPlans } from "../plan/diffPlans.ts"
import type { Plan } from "../plan/Plan.ts"
import { decodePlanEnvironment } from "../plan/PlanEnvironment.ts"
import { planTenant } from "../plan/planTenant.ts"
import { openPack, type Violation } from "../policy/openPack.ts"
import { type Previewed, shown } from "./Previewed.ts"
import { previewTenant, type Sources } from "./previewTenant.ts"

/** What would become of one tenant. */
export interface Rendered {
  readonly stack: string
  readonly plan: Plan
  /** Against the plan before; everything is created where there was none. */
  readonly changes: ReadonlyArray<Change>
  /** As the engine would be told, without secrets; empty where nothing changes. */
  readonly resources: ReadonlyArray<Omit<Previewed, "inputs"> & { readonly inputs: unknown }>
  readonly violations: ReadonlyArray<Violation>
}

/** The files do not make a plan; `message` has one sentence for each thing that is wrong. */
export class RenderRefused extends Schema.TaggedError<RenderRefused>()("RenderRefused", {
  file: Schema.String,
  problem: Schema.String
}) {
  override get message() {
    return this.problem.split("\n").map((line) => `${this.file}: ${line}`).join("\n")
  }
}

const refusing = (file: string) => (error: { readonly message: string }) =>
  Effect.fail(new RenderRefused({ file, problem: error.message }))

const read = Effect.fnUntraced(function*(file: string) {
  const fs = yield* FileSystem.FileSystem
  const text = yield* Effect.catch(fs.readFileString(file), () => refusing(file)({ message: "cannot be read" }))
  return yield* Effect.try({
    try: (): unknown => parse(text),
    catch: () => new RenderRefused({ file, problem: "is not YAML" })
  })
})

/** The plan of each tenant of the folder, in the order of their names. They hold no secret. */
export const plans = Effect.fnUntraced(function*({ environment, tenants }: Sources) {
  const fs = yield* FileSystem.FileSystem
  const within = yield* Effect.catch(decodePlanEnvironment(yield* read(environment)), refusing(environment))
  const entries = yield* Effect.catch(
    fs.readDirectory(tenants),
    () => refusing(tenants)({ message: "is no folder that can be read" })
  )
  return yield* Effect.forEach(
    entries.filter((entry) => entry.endsWith(".yaml")).toSorted(),
    Effect.fnUntraced(function*(entry) {
      const file = `${tenants}/${entry}`
      const config = yield* Effect.catch(decodeTenantConfig(yield* read(file)), refusing(file))
      const plan = yield* Effect.catch(planTenant(config, within), refusing(file))
      return entry === `${plan.stack}.yaml`
        ? plan
        : yield* refusing(file)({ message: `expected the name ${plan.stack}.yaml, as its slug is` })
    })
  )
})

/**
 * What deploying the folder would change where the plans `before` are deployed. Each tenant that changes is previewed by
 * its real program, and the real policy pack is run on the result. No credentials, state, cluster or CLI is needed:
 * secrets are stood for by their names.
 */
export const render = Effect.fnUntraced(function*(sources: Sources, before: ReadonlyArray<Plan>) {
  const old = new Map(before.map((plan) => [plan.stack, plan]))
  const pack = yield* openPack
  return yield* Effect.forEach(
    yield* plans(sources),
    Effect.fnUntraced(function*(plan) {
      const { stack } = plan
      const file = `${sources.tenants}/${stack}.yaml`
      const changes = yield* Effect.catch(diffPlans(old.get(stack), plan), refusing(file))
      if (changes.length === 0) {
        return { stack, plan, changes, resources: [], violations: [] } satisfies Rendered
      }
      const { resources } = yield* previewTenant(plan, sources)
      const violations = yield* pack.violationsIn(resources)
      const visible = resources.map((resource) => ({ ...resource, inputs: shown(resource.inputs) }))
      return { stack, plan, changes, resources: visible, violations } satisfies Rendered
    }),
    { concurrency: 2 }
  )
}, Effect.scoped)

const signs: Readonly<Record<Change["action"], string>> = { create: "+", update: "~", replace: "±", delete: "-" }

const mostLines = 60

const changesText = (changes: ReadonlyArray<Change>) => {
  const lines = changes.map(({ action, fields, kind, name }) =>
    `${signs[action]} ${kind} ${name}${fields.length > 0 ? `: ${fields.join(", ")}` : ""}`
  )
  const more = lines.length - mostLines
  return ["```diff", ...lines.slice(0, mostLines), ...(more > 0 ? [`… and ${more} more`] : []), "```"]
}

/** The result in Markdown, as a comment of a pull request. `gone` are stacks whose files are no longer there. */
export const markdown = (rendered: ReadonlyArray<Rendered>, gone: ReadonlyArray<string>): string => {
  const changed = rendered.filter(({ changes }) => changes.length > 0)
  const same = rendered.length - changed.length
  return [
    `### Preview: ${changed.length} of ${rendered.length} tenants change`,
    ...changed.flatMap(({ changes, stack, violations }) => [
      "",
      `#### ${stack}`,
      ...changesText(changes),
      ...violations.map(({ problem, rule, urn }) => `- **${rule}** ${urn.split("::").at(-1)}: ${problem}`)
    ]),
    ...gone.map((stack) => `\n**${stack}** has no file any more. Its stack stays until it is off-boarded.`),
    ...(same > 0 ? ["", `Nothing changes for ${same}.`] : []),
    ""
  ].join("\n")
}
