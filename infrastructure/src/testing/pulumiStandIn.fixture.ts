// @effect-diagnostics asyncFunction:off newPromise:off globalTimers:off processEnv:off strictEffectProvide:off
/**
 * Stands for Pulumi's CLI where there is none: a program that answers the commands which the Automation API runs, as version
 * 3.270 of the CLI does, but for those whose answer is always the same. It runs the stack's real program, keeps a state in a
 * file, and tells of its steps by engine events over gRPC. It makes nothing. `STAND_IN` is its folder: `behaviour.json` says
 * what goes wrong, `calls.jsonl` records how it was called, `state.json` is the state. What programs registered is kept in
 * `STAND_IN_PROGRAMS`.
 */
import { createHash } from "node:crypto"
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { parse, stringify } from "yaml"
import type { Previewed } from "../preview/Previewed.ts"

interface Behaviour {
  /** Who holds a lock. */
  readonly locked?: { readonly host: string; readonly pid: number }
  /** Name of a resource that never gets done. */
  readonly hangsAt?: string
  /** Name of a resource that cannot be made. */
  readonly failsAt?: string
  /** Name of a resource that the policy pack forbids. */
  readonly forbids?: string
}

interface Resource {
  readonly urn: string
  readonly type: string
  readonly inputs: Readonly<Record<string, unknown>>
  readonly protect: boolean
}

type Op = "create" | "update" | "replace" | "delete" | "same"

const home = process.env["STAND_IN"] ?? ""
const programs = process.env["STAND_IN_PROGRAMS"] ?? ""
const args = process.argv.slice(2)
const [verb = "", sub = ""] = args
const read = <A>(name: string, otherwise: A): A => {
  const file = resolve(home, name)
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : otherwise
}
const write = (name: string, content: unknown) => writeFileSync(resolve(home, name), JSON.stringify(content))

const stacks = read<Record<string, Array<Resource>>>("state.json", {})
const behaviour = read<Behaviour>("behaviour.json", {})
const valueOf = (flag: string) => {
  const index = args.indexOf(flag)
  return index < 0 ? undefined : args[index + 1]
}
const stack = valueOf("--stack") ?? args[2] ?? ""
const configuration = `Pulumi.${stack}.yaml`

appendFileSync(
  join(home, "calls.jsonl"),
  `${
    JSON.stringify({
      args,
      backend: process.env["PULUMI_BACKEND_URL"],
      project: existsSync("Pulumi.yaml") ? parse(readFileSync("Pulumi.yaml", "utf8")) : undefined,
      configuration: existsSync(configuration) ? parse(readFileSync(configuration, "utf8")) : undefined,
      folder: process.cwd()
    })
  }\n`
)

const end = (code: number, text = "") => {
  if (text !== "") (code === 0 ? process.stdout : process.stderr).write(`${text}\n`)
  process.exitCode = code
}

let interrupted = false
process.on("SIGINT", () => (interrupted = true))

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** A stream of engine events to whoever runs the CLI. */
const openLog = async () => {
  const [{ default: grpc }, { default: eventsService }, { default: eventsMessages }] = await Promise.all([
    import("@grpc/grpc-js"),
    import("@pulumi/pulumi/proto/events_grpc_pb.js"),
    import("@pulumi/pulumi/proto/events_pb.js")
  ])
  const client = new eventsService.EventsClient(
    (valueOf("--event-log") ?? "").replace("tcp://", ""),
    grpc.credentials.createInsecure()
  )
  let ended = () => {}
  const closed = new Promise<void>((resolve) => (ended = resolve))
  const stream = client.streamEvents(() => ended())
  let sequence = 0
  return {
    tell: (event: object) => {
      const request = new eventsMessages.EventRequest()
      sequence += 1
      request.setEvent(JSON.stringify({ sequence, timestamp: 1, ...event }))
      stream.write(request)
    },
    close: () => (stream.end(), closed.then(() => client.close()))
  }
}

const metadataOf = (op: Op, { inputs, type, urn }: Resource, fields: ReadonlyArray<string> = []) => ({
  op,
  urn,
  type,
  provider: "urn:pulumi:acme::innkeeper::pulumi:providers:kubernetes::default::1",
  new: { type, urn, id: "", parent: "", inputs: Object.keys(inputs), outputs: {}, provider: "" },
  ...(fields.length > 0 && {
    diffs: fields,
    detailedDiff: Object.fromEntries(fields.map((field) => [field, { diffKind: "update", inputDiff: true }]))
  })
})

/** What the stack's real program registers. It is run once for each content of the files that it reads. */
const registered = async (): Promise<ReadonlyArray<Resource>> => {
  const files = [
    configuration,
    `${process.env["INNKEEPER_TENANTS"]}/${stack}.yaml`,
    `${process.env["INNKEEPER_ENVIRONMENT"]}`
  ]
  const contents = files.map((file) => readFileSync(file, "utf8")).join()
  const cache = join(programs, `${createHash("sha256").update(contents).digest("hex")}.json`)
  const before = read<ReadonlyArray<Resource> | undefined>(cache, undefined)
  if (before !== undefined) return before
  const resources = await run()
  write(cache, resources)
  return resources
}

const run = async (): Promise<ReadonlyArray<Resource>> => {
  const [{ NodeServices }, { Effect }, { preview }] = await Promise.all([
    import("@effect/platform-node"),
    import("effect"),
    import("../preview/preview.ts")
  ])
  const project = parse(readFileSync("Pulumi.yaml", "utf8"))
  const entries = Object.entries<unknown>(parse(readFileSync(configuration, "utf8")).config ?? {}).map(
    ([key, value]) => [key.replace(`${project.name}:`, ""), value] as const
  )
  const isSecret = (value: unknown) => typeof value === "object"
  const { resources } = await Effect.runPromise(Effect.provide(
    preview({
      program: project.main,
      project: project.name,
      stack,
      secrets: Object.fromEntries(
        entries.filter(([, value]) => isSecret(value)).map(([key]) => [key, `of-${key}`.padEnd(32, "-")])
      ),
      settings: Object.fromEntries(
        entries.filter(([, value]) => !isSecret(value)).map(([key, value]) => [key, `${value}`])
      ),
      variables: {
        INNKEEPER_ENVIRONMENT: process.env["INNKEEPER_ENVIRONMENT"] ?? "",
        INNKEEPER_TENANTS: process.env["INNKEEPER_TENANTS"] ?? ""
      }
    }),
    NodeServices.layer
  ))
  return resources.map(({ inputs, protect, type, urn }: Previewed) => ({ urn, type, inputs, protect }))
}

interface Step {
  readonly op: Op
  readonly resource: Resource
  readonly fields: ReadonlyArray<string>
}

const stepsFrom = (state: ReadonlyArray<Resource>, wanted: ReadonlyArray<Resource>): ReadonlyArray<Step> => {
  const old = new Map(state.map((resource) => [resource.urn, resource]))
  const urns = new Set(wanted.map(({ urn }) => urn))
  return [
    ...wanted.map((resource): Step => {
      const before = old.get(resource.urn)
      if (before === undefined) return { op: "create", resource, fields: [] }
      const fields = Object.keys(resource.inputs).filter((key) =>
        JSON.stringify(before.inputs[key]) !== JSON.stringify(resource.inputs[key])
      )
      return { op: fields.length > 0 ? "update" : "same", resource, fields }
    }),
    ...state.filter(({ urn }) => !urns.has(urn)).toReversed().map((resource): Step => ({
      op: "delete",
      resource,
      fields: []
    }))
  ]
}

/** Does the steps, or as a preview tells of them; gives the state after them and the code to end with. */
const perform = async (steps: ReadonlyArray<Step>, planning: boolean) => {
  const log = await openLog()
  const state = new Map((stacks[stack] ?? []).map((resource) => [resource.urn, resource]))
  const fail = (message: string, urn?: string) => {
    log.tell({
      diagnosticEvent: { urn, message: `<{%reset%}>${message}<{%reset%}>\n`, color: "raw", severity: "error" }
    })
    return 255
  }
  const at = (name: string | undefined, { urn }: Resource) => name !== undefined && urn.endsWith(`::${name}`)
  log.tell({ preludeEvent: { config: {} } })
  let code = 0
  for (const { fields, op, resource } of steps) {
    const metadata = metadataOf(op, resource, fields)
    if (op === "delete" && resource.protect) {
      code = fail(`resource "${resource.urn}" cannot be deleted because it is protected`, resource.urn)
      break
    }
    log.tell({ resourcePreEvent: { metadata, planning } })
    if (args.includes("--policy-pack") && at(behaviour.forbids, resource)) {
      log.tell({
        policyEvent: {
          resourceUrn: resource.urn,
          message: "<{%reset%}>A rule forbids it.<{%reset%}>",
          color: "raw",
          policyName: "names",
          policyPackName: "innkeeper",
          policyPackVersion: "",
          policyPackVersionTag: "",
          enforcementLevel: "mandatory"
        }
      })
      code = 255
      break
    }
    if (!planning && at(behaviour.failsAt, resource)) {
      code = fail("the cluster said no", resource.urn)
      log.tell({ resOpFailedEvent: { metadata, status: 1, steps: 1 } })
      break
    }
    if (!planning && at(behaviour.hangsAt, resource)) {
      log.tell({
        diagnosticEvent: {
          urn: resource.urn,
          message: "[1/2] Waiting for Job to succeed",
          color: "raw",
          severity: "info",
          ephemeral: true
        }
      })
      while (!interrupted) await wait(50)
    }
    if (!planning && op === "delete") state.delete(resource.urn)
    if (!planning && op !== "delete") state.set(resource.urn, resource)
    log.tell({ resOutputsEvent: { metadata, planning } })
    if (interrupted) {
      code = fail("update canceled")
      break
    }
  }
  log.tell({ summaryEvent: { maybeCorrupt: false, durationSeconds: 1, resourceChanges: {}, policyPacks: {} } })
  if (code !== 0) fail(planning ? "preview failed" : "update failed")
  log.tell({ cancelEvent: {} })
  await log.close()
  if (!planning) write("state.json", { ...stacks, [stack]: [...state.values()] })
  return end(code)
}

const isLocked = () => {
  if (behaviour.locked === undefined) return false
  const { host, pid } = behaviour.locked
  end(
    255,
    "error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock " +
      `file with \`pulumi cancel\`.\n  file:///state/.pulumi/locks/organization/innkeeper/${stack}/1.json: created by ` +
      `inn@${host} (pid ${pid}) at 2026-01-01T00:00:00Z`
  )
  return true
}

const commands: Readonly<Record<string, () => unknown>> = {
  "stack select": () => stacks[stack] === undefined ? end(255, `error: no stack named '${stack}' found`) : end(0),
  "stack init": () => {
    write("state.json", { ...stacks, [sub === "init" ? args[2]! : stack]: [] })
    end(0)
  },
  "stack export": () => end(0, JSON.stringify({ version: 3, deployment: { resources: stacks[stack] } })),
  "config set-all": () => {
    const content = parse(readFileSync(configuration, "utf8"))
    const pairs = args.flatMap((arg, index) =>
      args[index - 1] === "--plaintext" ? [arg.split("=") as [string, string]] : []
    )
    const added = Object.fromEntries(pairs.map(([key, value]) => [`innkeeper:${key}`, value]))
    writeFileSync(configuration, stringify({ ...content, config: { ...content.config, ...added } }))
    end(0)
  },
  "state unprotect": () => {
    const free = (resource: Resource) => resource.urn === args[2] ? { ...resource, protect: false } : resource
    write("state.json", { ...stacks, [stack]: (stacks[stack] ?? []).map(free) })
    end(0)
  },
  cancel: () => {
    const { locked: _, ...rest } = behaviour
    write("behaviour.json", rest)
    end(0)
  },
  refresh: () => isLocked() || end(0),
  preview: async () => isLocked() || perform(stepsFrom(stacks[stack] ?? [], await registered()), true),
  up: async () => isLocked() || perform(stepsFrom(stacks[stack] ?? [], await registered()), false),
  destroy: async () => {
    if (isLocked()) return
    const all = stacks[stack] ?? []
    const needed = new Set(all.some(({ protect }) => protect) ? ["pulumi:pulumi:Stack", "innkeeper:tenant:Tenant"] : [])
    const gone = all.filter(({ protect, type }) => !protect && !needed.has(type))
    await perform(gone.toReversed().map((resource) => ({ op: "delete", resource, fields: [] })), false)
  }
}

const known = commands[`${verb} ${sub}`] ?? commands[verb]
if (known === undefined) end(255, `error: the stand-in does not know ${args.join(" ")}`)
else await known()
