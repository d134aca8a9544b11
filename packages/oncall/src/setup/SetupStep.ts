import type { SetupChange, SetupDocument } from "./SetupDocument.ts"
import type { SetupMoment } from "./SetupMoment.ts"
import type { SetupIssue } from "./SetupNames.ts"
import type { SetupState } from "./SetupState.ts"

interface Shape<Kind extends string, Id, Desired> {
  readonly kind: Kind
  /** Null: to be created. */
  readonly id: Id | null
  readonly name: string
  /** What differs; empty for what is to be created. */
  readonly fields: SetupChange["fields"]
  /** The thing as it shall be. References are names. */
  readonly desired: Desired
  /** Where the document states it. */
  readonly path: SetupIssue["path"]
}

type Stored<Kind extends Exclude<keyof SetupState, "tenant">> = SetupState[Kind][number]
type Stated<List extends "schedules" | "escalationPolicies"> = NonNullable<SetupDocument[List]>[number]

/** One thing to create or to update, in an order in which each finds what it refers to. */
export type SetupStep =
  | Shape<"tenant", string, { readonly name: string; readonly timeZone: string | undefined }>
  | Shape<
    "user",
    Stored<"users">["id"],
    Pick<Stored<"users">, "email" | "name" | "role" | "platformAdmin" | "active"> & {
      readonly timeZone: string | undefined
      /** Whether a new person gets a mail. */
      readonly invite: boolean
      /** Those to add, each with its place in the document's list. */
      readonly contactMethods: ReadonlyArray<Stored<"users">["contactMethods"][number] & { readonly index: number }>
    }
  >
  | Shape<"team", Stored<"teams">["id"], Omit<Stored<"teams">, "id">>
  | Shape<
    "schedule",
    Stored<"schedules">["id"],
    Pick<Stated<"schedules">, "name" | "timeZone" | "layers"> & {
      /** Those to add, each with its place in the document's list. */
      readonly overrides: ReadonlyArray<SetupMoment & { readonly index: number }>
    }
  >
  | Shape<
    "escalation policy",
    Stored<"policies">["id"],
    Omit<Stored<"policies">, "id" | "steps"> & Pick<Stated<"escalationPolicies">, "steps">
  >
  | Shape<"service", Stored<"services">["id"], Omit<Stored<"services">, "id">>
  | Shape<
    "integration",
    Stored<"integrations">["id"],
    Pick<Stored<"integrations">, "name" | "kind" | "service"> & { readonly key: string | undefined }
  >

/** A step as people and programs are told of it. */
/** Whether a step changes a field of a thing that is there. */
export const changesField = ({ fields }: SetupStep, name: string): boolean => fields.some(({ field }) => field === name)

export const changeOf = ({ fields, id, kind, name }: SetupStep): SetupChange => ({
  action: id === null ? "create" : "update",
  kind,
  name,
  fields
})
