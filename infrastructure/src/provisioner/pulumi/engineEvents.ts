import type { ProvisionEvent, ResourceChange } from "@innkeeper/config"
import type { EngineEvent, StepEventMetadata } from "@pulumi/pulumi/automation/index.js"

/** Longest message that is passed on. */
const longest = 2000

/** What a person is told of: not the engine's own parts, and not a component, which is no more than what is in it. */
const isTold = (type: string) => !type.startsWith("pulumi:") && !type.startsWith("innkeeper:")

/** Kind of a Kubernetes object, `Password`, or the type of a cloud resource, as a plan's changes have it. */
export const kindOf = (type: string): string => {
  if (type === "random:index/randomPassword:RandomPassword") return "Password"
  return type.startsWith("kubernetes:") ? type.slice(type.lastIndexOf(":") + 1) : type
}

/** Logical name, out of `urn:pulumi:STACK::PROJECT::TYPES::NAME`. */
export const nameOf = (urn: string): string => urn.split("::").at(-1) ?? urn

/** What the engine calls what it does. A replacement is three steps, of which the one in the middle stands for all. */
const actions: Readonly<Record<string, ResourceChange["action"]>> = {
  create: "create",
  update: "update",
  replace: "replace",
  delete: "delete"
}
const halves = ["create-replacement", "delete-replaced"]

const fieldsOf = ({ detailedDiff, diffs }: StepEventMetadata) =>
  detailedDiff === undefined || Object.keys(detailedDiff).length === 0 ? diffs ?? [] : Object.keys(detailedDiff)

/** The change that a step of a preview announces, if it is one. */
export const changeOf = ({ resourcePreEvent }: EngineEvent): ResourceChange | undefined => {
  const metadata = resourcePreEvent?.metadata
  const action = metadata === undefined ? undefined : actions[metadata.op]
  if (metadata === undefined || action === undefined || !isTold(metadata.type)) return undefined
  return {
    action,
    kind: kindOf(metadata.type),
    name: nameOf(metadata.urn),
    fields: action === "update" || action === "replace" ? [...fieldsOf(metadata)] : []
  }
}

/** A resource of the state, as the deletion of it. */
export const deletionOf = ({ type, urn }: { readonly type: string; readonly urn: string }) =>
  isTold(type) ? [{ action: "delete", kind: kindOf(type), name: nameOf(urn), fields: [] } satisfies ResourceChange] : []

/** Text without the engine's signs for colours, such as `<{%reset%}>`. */
export const plainText = (text: string): string => text.replaceAll(/<\{%.*?%\}>/g, "").trim().slice(0, longest)

/** What the engine says of the end in every case, so that nobody learns anything by it. */
const empty = /^(?:update|preview|destroy|refresh) failed$/

const saidOf = ({ diagnosticEvent }: EngineEvent) => {
  if (diagnosticEvent === undefined) return undefined
  const { message, severity, urn } = diagnosticEvent
  const text = plainText(message)
  if (text === "" || empty.test(text)) return undefined
  const about = urn === undefined || urn === "" || !isTold(urn.split("::")[2]?.split("$").at(-1) ?? "")
    ? ""
    : `${nameOf(urn)}: `
  return { level: severity === "info#err" ? "info" : severity, message: `${about}${text}` } as const
}

/** What a rule of the policy pack forbids, in a sentence. */
export const violationOf = ({ policyEvent }: EngineEvent): string | undefined =>
  policyEvent?.enforcementLevel === "mandatory"
    ? `${policyEvent.policyName} ${nameOf(policyEvent.resourceUrn ?? "")}: ${plainText(policyEvent.message)}`
    : undefined

/** What an error says, in a sentence. */
export const errorOf = (event: EngineEvent): string | undefined => {
  const said = saidOf(event)
  return said?.level === "error" ? said.message : undefined
}

/**
 * Translates what the engine tells while it works, of which `total` changes are known. The same words are said once: the
 * engine repeats what a resource waits for.
 */
export const translator = (total: number) => {
  const begun = new Set<string>()
  const said = new Set<string>()
  let done = 0

  const progress = (
    { metadata }: { readonly metadata: StepEventMetadata },
    status: "began" | "done" | "failed"
  ): ReadonlyArray<ProvisionEvent> => {
    const { op, type, urn } = metadata
    if (!isTold(type) || !(op in actions || halves.includes(op))) return []
    if (status === "began") {
      if (begun.has(urn)) return []
      begun.add(urn)
    }
    if (status === "done") {
      if (halves.includes(op)) return []
      done += 1
    }
    return [{ _tag: "Progress", kind: kindOf(type), name: nameOf(urn), status, done, total: Math.max(total, done) }]
  }

  return (event: EngineEvent): ReadonlyArray<ProvisionEvent> => {
    if (event.resourcePreEvent !== undefined) return progress(event.resourcePreEvent, "began")
    if (event.resOutputsEvent !== undefined) return progress(event.resOutputsEvent, "done")
    if (event.resOpFailedEvent !== undefined) return progress(event.resOpFailedEvent, "failed")
    const words = saidOf(event)
    if (words === undefined || said.has(words.message)) return []
    said.add(words.message)
    return [{ _tag: "Said", ...words }]
  }
}
