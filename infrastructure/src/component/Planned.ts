import * as pulumi from "@pulumi/pulumi"
import type {
  CloudResource,
  Deployable,
  KubernetesObject,
  Named,
  Reference,
  SecretPlan,
  SecretText
} from "../plan/Plan.ts"
import { digestKey, secretsRead } from "../plan/secretsRead.ts"
import { derivedSecret } from "./derivedSecret.ts"
import { PrefixedComponent } from "./PrefixedComponent.ts"
import { kubernetesType, versionOf } from "./providers.ts"
import { restartedBy } from "./restartedBy.ts"

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

const configured = (configuration: pulumi.Config, key: string): string => {
  const value = configuration.get(key)
  if (value !== undefined) return value
  throw new pulumi.RunError(`The secret ${key} is not set: pulumi config set --secret ${key}`)
}

const valueOf = ({ cloud, configuration, passwords }: Known, reference: Reference): pulumi.Input<unknown> => {
  if (reference.from === "configuration") return pulumi.secret(configured(configuration, reference.key))
  if (reference.from === "derived") {
    const { key, use } = reference
    return pulumi.secret(derivedSecret({ key, secret: configured(configuration, key), use }))
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

const referencesIn = (texts: Readonly<Record<string, SecretText>>) =>
  Object.values(texts).flat().filter((part) => typeof part !== "string")

/** Outputs of a cloud resource that the plan refers to anywhere. */
const outputsOf = ({ cloud, secrets }: Deployable, name: string) =>
  [...secrets.map(({ values }) => values), ...cloud.map(({ references }) => references)]
    .flatMap(referencesIn)
    .flatMap((part) => part.from === "resource" && part.name === name ? [part.output] : [])

/** Things in an order in which each comes after what it depends on and what it refers to. */
const inOrder = <A extends Named>(
  things: ReadonlyArray<A>,
  referencesOf: (thing: A) => Readonly<Record<string, SecretText>>
): ReadonlyArray<A> => {
  const byName = new Map(things.map((thing) => [thing.name, thing]))
  const done = new Set<A>()
  const visit = (thing: A) => {
    if (done.has(thing)) return
    const referred = referencesIn(referencesOf(thing)).flatMap((part) => part.from === "resource" ? [part.name] : [])
    for (const name of [...thing.dependsOn, ...referred]) {
      const before = byName.get(name)
      if (before !== undefined) visit(before)
    }
    done.add(thing)
  }
  for (const thing of things) visit(thing)
  return [...done]
}

/** Does what a plan says and decides nothing. */
export class Planned extends PrefixedComponent {
  constructor(type: string, plan: Deployable, options: pulumi.ComponentResourceOptions = {}) {
    super(type, plan.stack, options)
    const made = new Map<string, pulumi.Resource>()
    const optionsOf = (type: string, { dependsOn, protect }: Omit<Named, "name">): pulumi.CustomResourceOptions => ({
      parent: this,
      version: versionOf(type),
      protect,
      dependsOn: dependsOn.flatMap((name) => made.get(name) ?? [])
    })

    const passwords = new Map(plan.passwords.map(({ length, name }) => {
      const type = "random:index/randomPassword:RandomPassword"
      // Not protected: the engine keeps it as long as the stack, and it goes with the stack.
      const options = { ...optionsOf(type, { dependsOn: [], protect: false }), additionalSecretOutputs: ["result"] }
      return [name, new PlannedResource(type, name, { length, special: false }, ["result"], options)] as const
    }))

    const cloud = new Map<string, PlannedResource>()
    const known: Known = { passwords, cloud, configuration: new pulumi.Config() }
    const makeCloud = (resource: CloudResource) => {
      const { inputs, name, references, type } = resource
      const values = { ...inputs, ...textsOf(known, references) }
      const outputs = outputsOf(plan, name)
      const options = {
        ...optionsOf(type, resource),
        ...(type.startsWith("random:") && { additionalSecretOutputs: [...outputs] })
      }
      const planned = new PlannedResource(type, name, values, outputs, options)
      cloud.set(name, planned)
      return planned
    }
    const makeObject = (object: KubernetesObject) => {
      const type = kubernetesType(object.manifest)
      const read = secretsRead(object.manifest, plan.secrets)
      const manifest = read.length === 0 ? { ...object.manifest } : restartedBy(
        object.manifest,
        textOf(known, [{ from: "password", name: `${plan.stack}-${digestKey}` }]),
        read.map((text) => textOf(known, text))
      )
      return new PlannedResource(type, object.name, manifest, [], optionsOf(type, object))
    }
    const makeSecret = (secret: SecretPlan) => {
      const type = "kubernetes:core/v1:Secret"
      const manifest = {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: secret.objectName, namespace: secret.namespace, labels: secret.labels },
        type: "Opaque",
        stringData: textsOf(known, secret.values)
      }
      const options = { ...optionsOf(type, secret), additionalSecretOutputs: ["data", "stringData"] }
      return new PlannedResource(type, secret.name, manifest, [], options)
    }

    const things: ReadonlyArray<Named & { readonly make: () => pulumi.Resource }> = inOrder(
      [
        ...plan.cloud.map((thing) => ({ ...thing, make: () => makeCloud(thing) })),
        ...plan.objects.map((thing) => ({ ...thing, references: {}, make: () => makeObject(thing) })),
        ...plan.secrets.map((thing) => ({ ...thing, references: thing.values, make: () => makeSecret(thing) }))
      ],
      ({ references }) => references
    )
    for (const { make, name } of things) made.set(name, make())
  }
}
