import { assert, describe, it } from "@effect/vitest"
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js"
import { changeOf, errorOf, kindOf, plainText, translator, violationOf } from "./engineEvents.ts"
import { lockHoldersIn } from "./lockHolders.ts"

const urn = (name: string, type = "kubernetes:apps/v1:Deployment") =>
  `urn:pulumi:acme::innkeeper::innkeeper:tenant:Tenant$${type}::${name}`

const step = (op: string, name: string, more: object = {}, type = "kubernetes:apps/v1:Deployment") =>
  ({ metadata: { op, urn: urn(name, type), type, provider: "", ...more } }) as NonNullable<
    EngineEvent["resourcePreEvent"]
  >

const event = (content: Partial<EngineEvent>): EngineEvent => ({ sequence: 1, timestamp: 1, ...content })

const diagnostic = (severity: "info" | "info#err" | "warning" | "error", message: string, about?: string) =>
  event({ diagnosticEvent: { severity, message, color: "raw", ...(about !== undefined && { urn: about }) } })

describe("a step that the engine announces", () => {
  it("is a change of a resource, with the paths that differ", () => {
    assert.deepStrictEqual(
      changeOf(event({
        resourcePreEvent: step("update", "acme-server", { diffs: ["spec"], detailedDiff: { "spec.replicas": {} } })
      })),
      { action: "update", kind: "Deployment", name: "acme-server", fields: ["spec.replicas"] }
    )
    assert.deepStrictEqual(
      changeOf(event({ resourcePreEvent: step("create", "acme-server", { diffs: ["spec"] }) })),
      { action: "create", kind: "Deployment", name: "acme-server", fields: [] }
    )
  })

  it("is none when nothing changes, or when it is the engine's own", () => {
    assert.isUndefined(changeOf(event({ resourcePreEvent: step("same", "acme-server") })))
    for (const type of ["pulumi:pulumi:Stack", "pulumi:providers:kubernetes", "innkeeper:tenant:Tenant"]) {
      assert.isUndefined(changeOf(event({ resourcePreEvent: step("create", "acme", {}, type) })))
    }
  })

  it("is one replacement, though the engine makes three steps of it", () => {
    const steps = ["create-replacement", "replace", "delete-replaced"].flatMap((op) =>
      changeOf(event({ resourcePreEvent: step(op, "acme-job") })) ?? []
    )
    assert.deepStrictEqual(steps.map(({ action }) => action), ["replace"])
  })

  it("has the kind that a plan gives it", () => {
    assert.strictEqual(kindOf("kubernetes:core/v1:Secret"), "Secret")
    assert.strictEqual(kindOf("random:index/randomPassword:RandomPassword"), "Password")
    assert.strictEqual(kindOf("aws:rds/instance:Instance"), "aws:rds/instance:Instance")
  })
})

describe("what the engine tells while it works", () => {
  it("counts each resource once when it begins and once when it is done", () => {
    const told = translator(2)
    const events = [
      event({ resourcePreEvent: step("create", "acme-server") }),
      event({ resOutputsEvent: step("create", "acme-server") }),
      ...["create-replacement", "replace", "delete-replaced"].flatMap((op) => [
        event({ resourcePreEvent: step(op, "acme-job") }),
        event({ resOutputsEvent: step(op, "acme-job") })
      ]),
      event({ resOutputsEvent: step("same", "acme-service") })
    ].flatMap(told)
    assert.deepStrictEqual(
      events.map((event) =>
        event._tag === "Progress" ? `${event.name} ${event.status} ${event.done}/${event.total}` : ""
      ),
      ["acme-server began 0/2", "acme-server done 1/2", "acme-job began 1/2", "acme-job done 2/2"]
    )
  })

  it("says in plain words what a resource waits for, once, and passes over empty and final words", () => {
    const told = translator(1)
    const waits = diagnostic("info", "<{%fg 3%}>[1/2] Waiting for Job<{%reset%}>\n", urn("acme-job"))
    assert.deepStrictEqual(told(waits), [
      { _tag: "Said", level: "info", message: "acme-job: [1/2] Waiting for Job" }
    ])
    assert.deepStrictEqual(told(waits), [])
    assert.deepStrictEqual(told(diagnostic("info#err", "pack: loading")), [
      { _tag: "Said", level: "info", message: "pack: loading" }
    ])
    assert.deepStrictEqual([...told(diagnostic("info", "  ")), ...told(diagnostic("error", "update failed"))], [])
    assert.strictEqual(plainText("x".repeat(5000)).length, 2000)
  })

  it("is an error or something forbidden, in a sentence", () => {
    assert.strictEqual(
      errorOf(diagnostic("error", "no node has room\n", urn("acme-server"))),
      "acme-server: no node has room"
    )
    assert.isUndefined(errorOf(diagnostic("warning", "slow", urn("acme-server"))))
    const policyEvent = {
      resourceUrn: urn("acme-server"),
      message: "<{%reset%}>It has to have a readinessProbe.",
      color: "raw",
      policyName: "probes",
      policyPackName: "innkeeper",
      policyPackVersion: "",
      policyPackVersionTag: ""
    }
    assert.strictEqual(
      violationOf(event({ policyEvent: { ...policyEvent, enforcementLevel: "mandatory" } })),
      "probes acme-server: It has to have a readinessProbe."
    )
    assert.isUndefined(violationOf(event({ policyEvent: { ...policyEvent, enforcementLevel: "warning" } })))
  })
})

describe("the holders of a lock", () => {
  it("are read from what the CLI complains of", () =>
    assert.deepStrictEqual(
      lockHoldersIn(
        "error: the stack is currently locked by 2 lock(s). Either wait for the other process(es) to end or delete the " +
          "lock file with `pulumi cancel`.\n  s3://state/.pulumi/locks/organization/innkeeper/acme/1.json: created by " +
          "root@6d33034d-39d7 (pid 285) at 2026-01-01T00:00:00Z\n  s3://…/2.json: created by @host (pid 1) at 2026-01-01"
      ),
      [{ host: "6d33034d-39d7", pid: 285 }, { host: "host", pid: 1 }]
    ))
})
