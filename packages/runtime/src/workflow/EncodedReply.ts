import type { Schema } from "effect"

/** Why something failed, as the engine stores it. */
type EncodedReason =
  | { readonly _tag: "Fail"; readonly error: Schema.Json }
  | { readonly _tag: "Die"; readonly defect: Schema.Json }
  | { readonly _tag: "Interrupt" }

export type EncodedExit =
  | { readonly _tag: "Success"; readonly value?: Schema.Json }
  | { readonly _tag: "Failure"; readonly cause: ReadonlyArray<EncodedReason> }

/** What a run or an activity came to: the reply that the engine stores for it. */
export type EncodedReply =
  | {
    readonly _tag: "Success"
    readonly value:
      | { readonly _tag: "Complete"; readonly exit: EncodedExit }
      | { readonly _tag: "Suspended"; readonly failed?: boolean; readonly cause?: ReadonlyArray<EncodedReason> }
  }
  | Extract<EncodedExit, { readonly _tag: "Failure" }>

const messageOf = (value: Schema.Json): string => {
  if (typeof value === "string") return value
  if (typeof value !== "object" || value === null || Array.isArray(value)) return JSON.stringify(value)
  const { _tag, message, name, ...rest } = value as Schema.JsonObject
  const title = typeof _tag === "string" ? _tag : typeof name === "string" && name !== "Error" ? name : undefined
  const text = typeof message === "string" ? message : Object.keys(rest).length === 0 ? undefined : JSON.stringify(rest)
  return [title, text].filter((part) => part !== undefined).join(": ") || "Error"
}

/** Why, in words. `redact` has to take out what is secret. */
export const reasonText = (
  reasons: ReadonlyArray<EncodedReason>,
  redact: (value: Schema.Json) => Schema.Json
): string => {
  const [reason] = reasons
  switch (reason?._tag) {
    case "Fail":
      return messageOf(redact(reason.error))
    case "Die":
      return messageOf(redact(reason.defect))
    default:
      return "Cancelled"
  }
}

/** Whether there is nothing in it but interruptions. */
export const isCancelled = (reasons: ReadonlyArray<EncodedReason>) =>
  reasons.length > 0 && reasons.every(({ _tag }) => _tag === "Interrupt")
