/** The receivers, a body that each takes, and how an answer is judged. Tests only. */
import { assert } from "@effect/vitest"
import { Context, Effect, Layer, Schema } from "effect"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { programFolder } from "../Program.ts"
import { incidentsOf } from "./incidents.fixture.ts"
import type { Answer, Sending } from "./request.fixture.ts"
import { Server } from "./server.fixture.ts"
import { makeTenant, type Tenant } from "./tenant.fixture.ts"

export interface Receiver {
  readonly name: "generic" | "alertmanager" | "enqueue" | "enqueueChange" | "opsgenie"
  readonly path: string
  /** A body that is taken. */
  readonly sample: Schema.Json
  /** Answers as PagerDuty does. */
  readonly pagerDuty: boolean
  /** Sent with every body: what lets the sender in. */
  readonly headers?: Readonly<Record<string, string>>
  /** The status of JSON that is not what the receiver takes; 400 when it is left out. */
  readonly unprocessable?: number
  /** The status of a key that nobody has; 404 when it is left out. */
  readonly unknownKey?: number
}

export const refusalOf = ({ unprocessable = 400 }: Receiver) => unprocessable

const fixture = (name: string): Record<string, Schema.Json> =>
  JSON.parse(readFileSync(join(programFolder, "packages/oncall/fixtures", `${name}.json`), "utf8"))

const receiversOf = ({ keys }: Tenant): ReadonlyArray<Receiver> => [
  {
    name: "generic",
    path: `/in/${keys.generic}`,
    sample: {
      summary: "Disk of db-1 is full",
      action: "trigger",
      dedupKey: "db-1/disk",
      priority: "critical",
      source: "db-1",
      details: "99 %",
      labels: { host: "db-1", mount: "/" },
      links: [{ href: "https://example.com/graph", text: "Graph" }],
      startsAt: "2026-11-21T10:00:00Z"
    },
    pagerDuty: false
  },
  {
    name: "alertmanager",
    path: `/in/${keys.alertmanager}/alertmanager`,
    sample: fixture("alertmanager_v4_firing_group_of_2"),
    pagerDuty: false
  },
  {
    name: "enqueue",
    path: "/v2/enqueue",
    sample: { ...fixture("pagerduty_v2_trigger"), routing_key: keys.pagerduty },
    pagerDuty: true,
    unknownKey: 400
  },
  {
    name: "enqueueChange",
    path: "/v2/change/enqueue",
    sample: { ...fixture("pagerduty_v2_change_event"), routing_key: keys.pagerduty },
    pagerDuty: true,
    unknownKey: 400
  },
  {
    name: "opsgenie",
    path: "/v2/alerts",
    sample: fixture("alertmanager_to_opsgenie_create"),
    pagerDuty: false,
    headers: { authorization: `GenieKey ${keys.opsgenie}` },
    unprocessable: 422,
    unknownKey: 401
  }
]

const decodePagerDuty = Schema.decodeUnknownSync(
  Schema.Struct({ status: Schema.NonEmptyString, message: Schema.NonEmptyString, errors: Schema.Array(Schema.String) })
)
const decodeProblem = Schema.decodeUnknownSync(Schema.Struct({
  type: Schema.NonEmptyString,
  status: Schema.Int,
  title: Schema.NonEmptyString,
  detail: Schema.optionalKey(Schema.String),
  errors: Schema.optionalKey(
    Schema.Array(Schema.Struct({
      path: Schema.Array(Schema.Union([Schema.String, Schema.Finite])),
      message: Schema.NonEmptyString
    }))
  )
}))

const decodeOpsgenie = Schema.decodeUnknownSync(Schema.Struct({
  message: Schema.NonEmptyString,
  took: Schema.Finite,
  requestId: Schema.NonEmptyString,
  errors: Schema.optionalKey(Schema.Record(Schema.String, Schema.NonEmptyString))
}))

const isField = (name: string) => name !== "body"

/** The fields that a refusal names, such as `labels` or `alerts.0.status`; empty when it is about the body as a whole. */
export const namedFields = (receiver: Receiver, { json }: Answer): ReadonlyArray<string> =>
  receiver.pagerDuty
    ? decodePagerDuty(json).errors.flatMap((error) => /^'(.+)' /s.exec(error)?.[1] ?? []).filter(isField)
    : receiver.name === "opsgenie"
    ? Object.keys(decodeOpsgenie(json).errors ?? {}).filter(isField)
    : (decodeProblem(json).errors ?? []).flatMap(({ path: [, ...path] }) => path.length === 0 ? [] : [path.join(".")])

const describeAnswer = ({ status, text }: Answer) => `${status} ${text.slice(0, 500)}`

/** Fails unless the answer is an acceptance, or a refusal that says what is wrong in the receiver's own form. */
export const assertWellAnswered = (receiver: Receiver, answer: Answer) => {
  if (answer.status === 202) return
  assert.isTrue(answer.status >= 400 && answer.status < 500, describeAnswer(answer))
  if (receiver.pagerDuty && answer.status === 400) {
    assert.isAbove(decodePagerDuty(answer.json).errors.length, 0, describeAnswer(answer))
  } else if (receiver.name === "opsgenie" && answer.status !== 413) {
    const { errors } = decodeOpsgenie(answer.json)
    if (answer.status === 422) assert.isAbove(Object.keys(errors ?? {}).length, 0, describeAnswer(answer))
  } else {
    assert.include(String(answer.headers["content-type"]), "application/problem+json", describeAnswer(answer))
    const problem = decodeProblem(answer.json)
    assert.strictEqual(problem.status, answer.status)
    if (answer.status === 400) assert.isAbove(problem.errors?.length ?? 0, 0, describeAnswer(answer))
  }
}

/** A tenant whose receivers are called, and what they leave behind. */
export class Receivers extends Context.Service<Receivers, {
  readonly tenant: Tenant
  readonly all: ReadonlyArray<Receiver>
  readonly named: (name: Receiver["name"]) => Receiver
  /** Posts; fails the test unless the answer is right in form and what is stored has changed by an acceptance alone. */
  readonly post: (receiver: Receiver, sending: Sending) => Effect.Effect<Answer>
}>()("e2e/Receivers") {
  static readonly layer = Layer.effect(
    Receivers,
    Effect.gen(function*() {
      const server = yield* Server
      const tenant = yield* makeTenant(server, "receiving")
      const all = receiversOf(tenant)
      const stored = Effect.map(incidentsOf(tenant), (incidents) => {
        assert.isBelow(incidents.length, 100, "More incidents than one page holds")
        return incidents.map(({ alertCount, id, number, status }) => ({ id, number, status, alertCount }))
      })
      return Receivers.of({
        tenant,
        all,
        named: (name) => all.find((receiver) => receiver.name === name) ?? assert.fail(name),
        post: Effect.fnUntraced(function*(receiver, sending) {
          const before = yield* stored
          const answer = yield* server.call("POST", receiver.path, {
            ...sending,
            headers: { ...receiver.headers, ...sending.headers }
          })
          assert.isBelow(answer.status, 500, server.describe(answer))
          assertWellAnswered(receiver, answer)
          if (answer.status !== 202) assert.deepStrictEqual(yield* stored, before)
          return answer
        })
      })
    })
  )
}
