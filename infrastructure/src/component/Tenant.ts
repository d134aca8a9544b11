import * as pulumi from "@pulumi/pulumi"
import type { Named, Plan, Reference, SecretText } from "../plan/Plan.ts"
import { PrefixedComponent } from "./PrefixedComponent.ts"
import { kubernetesType, versionOf } from "./providers.ts"

/** A resource whose outputs can be asked for by name. */
class PlannedResource extends pulumi.CustomResource {
  constructor(
    type: string,
    name: string,
    inputs: pulumi.Inputs,
    outputs: ReadonlyArray<string>,
    options: pulumi.CustomResourceOptions
  ) {
    // An output is there only if it was named at the start.
    super(type, name, { ...Object.fromEntries(outputs.map((output) => [output, undefined])), ...inputs }, options)
  }

  output(name: string): pulumi.Output<unknown> {
    const output: unknown = Reflect.get(this, name)
    if (!pulumi.Output.isInstance(output)) throw new pulumi.RunError(`a resource of the plan has no output ${name}`)
    return output
  }
}

/** What the engine knows of a plan once it runs: passwords, secrets of the configuration, addresses. */
interface Known {
  readonly passwords: ReadonlyMap<string, PlannedResource>
  readonly cloud: ReadonlyMap<string, PlannedResource>
  readonly configuration: pulumi.Config
}

const valueOf = ({ cloud, configuration, passwords }: Known, reference: Reference): pulumi.Input<unknown> => {
  if (reference.from === "configuration") {
    const value = configuration.getSecret(reference.key)
    if (value !== undefined) return value
    throw new pulumi.RunError(
      `The secret ${reference.key} is not set: pulumi config set --secret ${reference.key}`
    )
  }
  const [resources, output] = reference.from === "password" ? [passwords, "result"] : [cloud, reference.output]
  const resource = resources.get(reference.name)
  if (resource === undefined) throw new pulumi.RunError(`the plan refers to ${reference.name}, which it does not have`)
  return resource.output(output)
}

/** The text with what its references stand for, and secret. */
const textOf = (known: Known, text: SecretText): pulumi.Output<string> =>
  pulumi.secret(
    pulumi.all(text.map((part) => typeof part === "string" ? part : valueOf(known, part)))
      .apply((parts) => parts.join(""))
  )

const textsOf = (known: Known, texts: Readonly<Record<string, SecretText>>) =>
  Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, textOf(known, text)]))

/** Outputs of a cloud resource that the plan refers to anywhere. */
const outputsOf = (plan: Plan, name: string) =>
  [...plan.secrets.map(({ values }) => values), ...plan.cloud.map(({ references }) => references)]
    .flatMap((texts) => Object.values(texts).flat())
    .flatMap((part) => typeof part !== "string" && part.from === "resource" && part.name === name ? [part.output] : [])

/** Things in an order in which each comes after what it depends on. */
const inOrder = <A extends Named>(things: ReadonlyArray<A>): ReadonlyArray<A> => {
  const byName = new Map(things.map((thing) => [thing.name, thing]))
  const done = new Set<A>()
  const visit = (thing: A) => {
    if (done.has(thing)) return
    for (const name of thing.dependsOn) {
      const before = byName.get(name)
      if (before !== undefined) visit(before)
    }
    done.add(thing)
  }
  for (const thing of things) visit(thing)
  return [...done]
}

/** Does what a plan says and decides nothing. */
export class Tenant extends PrefixedComponent {
  constructor(plan: Plan, options: pulumi.ComponentResourceOptions = {}) {
    super("innkeeper:tenant:Tenant", plan.stack, options)
    const made = new Map<string, pulumi.Resource>()
    const optionsOf = (type: string, { dependsOn, protect }: Omit<Named, "name">): pulumi.CustomResourceOptions => ({
      parent: this,
      version: versionOf(type),
      protect,
      dependsOn: dependsOn.flatMap((name) => made.get(name) ?? [])
    })

    const passwords = new Map(plan.passwords.map(({ length, name }) => {
      const type = "random:index/randomPassword:RandomPassword"
      // Not protected: the engine keeps it as long as the tenant, and it goes with the tenant.
      const options = { ...optionsOf(type, { dependsOn: [], protect: false }), additionalSecretOutputs: ["result"] }
      return [name, new PlannedResource(type, name, { length, special: false }, ["result"], options)] as const
    }))

    const cloud = new Map<string, PlannedResource>()
    const known: Known = { passwords, cloud, configuration: new pulumi.Config() }
    for (const resource of inOrder(plan.cloud)) {
      const { inputs, name, references, type } = resource
      const planned = new PlannedResource(
        type,
        name,
        { ...inputs, ...textsOf(known, references) },
        outputsOf(plan, name),
        optionsOf(type, resource)
      )
      cloud.set(name, planned)
      made.set(name, planned)
    }

    const secrets = plan.secrets.map((secret) => ({ ...secret, kind: "secret" as const }))
    const objects = plan.objects.map((object) => ({ ...object, kind: "object" as const }))
    for (const thing of inOrder([...objects, ...secrets])) {
      if (thing.kind === "object") {
        const type = kubernetesType(thing.manifest)
        made.set(thing.name, new PlannedResource(type, thing.name, { ...thing.manifest }, [], optionsOf(type, thing)))
      } else {
        const type = "kubernetes:core/v1:Secret"
        const manifest = {
          apiVersion: "v1",
          kind: "Secret",
          metadata: { name: thing.objectName, namespace: thing.namespace, labels: thing.labels },
          type: "Opaque",
          stringData: textsOf(known, thing.values)
        }
        const options = { ...optionsOf(type, thing), additionalSecretOutputs: ["data", "stringData"] }
        made.set(thing.name, new PlannedResource(type, thing.name, manifest, [], options))
      }
    }
    this.registerOutputs({ host: plan.dns[0]?.name, domains: plan.domains })
  }
}
