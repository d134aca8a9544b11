import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { kubernetesType } from "../component/providers.ts"
import type { Plan } from "../plan/Plan.ts"
import { plan, tenants } from "../testing/tenants.fixture.ts"
import type { Checked } from "./Checked.ts"
import { resourceRules, stackRules } from "./rules.ts"

/** The resources that the component makes of a plan. */
const checkedOf = ({ cloud, objects, secrets, stack }: Plan): ReadonlyArray<Checked> => {
  const urn = (type: string, name: string) => `urn:pulumi:${stack}::innkeeper::innkeeper:tenant:Tenant$${type}::${name}`
  return [
    ...objects.map(({ manifest, name, protect }) => ({
      type: kubernetesType(manifest),
      name,
      protect,
      props: { ...manifest }
    })),
    ...cloud.map(({ inputs, name, protect, type }) => ({ type, name, protect, props: inputs })),
    ...secrets.map(({ labels, name, namespace, objectName, protect }) => ({
      type: "kubernetes:core/v1:Secret",
      name,
      protect,
      props: { metadata: { name: objectName, namespace, labels } }
    }))
  ].map((resource) => ({ ...resource, urn: urn(resource.type, resource.name) }))
}

const broken = (resources: ReadonlyArray<Checked>) => [
  ...resources.flatMap((resource) =>
    resourceRules.flatMap(({ name, problems }) => problems(resource).map((problem) => [name, resource.name, problem]))
  ),
  ...stackRules.flatMap(({ name, stackProblems }) =>
    stackProblems(resources).map(({ problem, urn }) => [name, urn, problem])
  )
]

describe("the rules", () => {
  for (const service of ["active", "suspended"] as const) {
    it.effect.prop(
      `let the plan of any tenant pass that is ${service}`,
      [tenants],
      ([tenant]) => Effect.map(plan(tenant, { service }), (plan) => assert.deepStrictEqual(broken(checkedOf(plan)), []))
    )
  }

  it.effect.prop(
    "find any of its objects in the namespace of another",
    [tenants],
    ([tenant]) =>
      Effect.map(plan(tenant), (plan) => {
        const globex = checkedOf({ ...plan, stack: `${plan.stack}-2` }).filter(({ type }) =>
          type.startsWith("kubernetes:")
        )
        for (const resource of globex) {
          assert.include(broken([resource]).map(([rule]) => rule), "own-namespace", resource.name)
        }
      })
  )
})
