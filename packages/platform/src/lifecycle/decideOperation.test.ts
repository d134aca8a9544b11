import { assert, describe, it } from "@effect/vitest"
import { TenantConfig, Tier } from "@innkeeper/config"
import { tenantInput, tenantInputs } from "@innkeeper/testkit"
import { Schema } from "effect"
import { toStored } from "../tenant/TenantImport.ts"
import { decideOperation, type KnownTenant, possibleKinds } from "./decideOperation.ts"
import { isOwn, OperationStep, stepsOf, stepText } from "./OperationStep.ts"
import { OperationKind, type OperationRequest, TenantState } from "./TenantOperation.ts"

const Situation = Schema.Struct({
  kind: OperationKind,
  state: TenantState,
  before: Tier,
  after: Tier,
  back: Schema.Literals(["active", "suspended"]),
  removing: Schema.Boolean,
  leftover: Schema.Boolean
})

/** Where an operation leaves a tenant that has gone through its steps. */
const endOf = (steps: ReadonlyArray<OperationStep>, state: TenantState) =>
  steps.reduce((now, step) => step._tag === "State" ? step.to : now, state)

const isMove = (step: OperationStep) => step._tag === "Provision" && step.move !== undefined

const indexOf = (steps: ReadonlyArray<OperationStep>, holds: (step: OperationStep) => boolean) => steps.findIndex(holds)

describe("the steps of an operation", () => {
  it.prop("ask a provisioner only for tenants with pods of their own", [Situation], ([situation]) => {
    const provisions = stepsOf(situation).some(({ _tag }) => _tag === "Provision")
    const { after, before, kind, leftover } = situation
    const removes = leftover && (kind === "apply" || kind === "offboard")
    assert.strictEqual(provisions, isOwn(after) || (kind === "apply" && isOwn(before)) || removes)
  })

  it.prop("shut the door before anything is taken away, and open it when all is there", [Situation], ([situation]) => {
    // What is left over is nobody's.
    const steps = stepsOf({ ...situation, leftover: false })
    const opens = indexOf(steps, (step) => step._tag === "State" && step.to === "active")
    if (opens >= 0) assert.strictEqual(opens, steps.length - 1)
    const takes = indexOf(
      steps,
      (step) =>
        step._tag === "Remove" || (step._tag === "Provision" && step.action !== "apply") || step._tag === "Archive" ||
        step._tag === "Pack"
    )
    if (takes >= 0 && situation.state === "active" && !situation.removing) {
      const to = steps.some(isMove) ? "moving" : "suspended"
      assert.deepStrictEqual(steps[0], { _tag: "State", to })
    }
  })

  it.prop("delete nothing before there is a backup and its retention has ended", [Situation], ([situation]) => {
    const steps = stepsOf({ ...situation, removing: false, leftover: false })
    if (steps.some(isMove)) return
    const removes = indexOf(
      steps,
      (step) => step._tag === "Remove" || (step._tag === "Provision" && step.action === "destroy")
    )
    if (removes < 0) return
    assert.isBelow(indexOf(steps, ({ _tag }) => _tag === "Archive"), removes)
    assert.isBelow(indexOf(steps, ({ _tag }) => _tag === "Retain"), removes)
    if (isOwn(situation.after)) {
      assert.isBelow(indexOf(steps, (step) => step._tag === "Provision" && step.action === "backup"), removes)
    }
  })

  it.prop("take nothing away before it has arrived where it goes", [Situation], ([situation]) => {
    const { after, before, kind, state } = situation
    const steps = stepsOf(situation)
    const at = (holds: (step: OperationStep) => boolean) => indexOf(steps, holds)
    const moves = kind === "apply" && isOwn(before) !== isOwn(after)
    assert.strictEqual(steps.filter(isMove).length, moves ? 1 : 0)
    if (!moves) return
    const arrived = at(({ _tag }) => _tag === (isOwn(after) ? "Compare" : "Bring"))
    assert.isAbove(arrived, at(isMove))
    const taken = at((step) => step._tag === "Remove" || (step._tag === "Provision" && step.action === "destroy"))
    assert.isAbove(taken, arrived)
    assert.isAbove(taken, at(({ _tag }) => _tag === "Configure"))
    if (!isOwn(after)) {
      assert.strictEqual(at((step) => step._tag === "Provision" && step.action === "backup") < taken, true)
    }
    assert.strictEqual(endOf(steps, state), state === "active" ? "active" : state)
  })

  it.prop("are kept as they are, and have words", [Situation], ([situation]) => {
    const steps = stepsOf(situation)
    const stored = JSON.parse(JSON.stringify(steps))
    assert.deepStrictEqual(Schema.decodeUnknownSync(Schema.Array(OperationStep))(stored), steps)
    for (const step of steps) assert.match(stepText(step), /^[A-Z].*[^.]$/)
  })
})

const Circumstances = Schema.Struct({
  state: TenantState,
  isBuilt: Schema.Boolean,
  committed: Schema.Boolean,
  back: Schema.Literals(["active", "suspended"]),
  kind: OperationKind,
  status: Schema.NullOr(Schema.Literals(["queued", "running", "waiting", "undoing"]))
})

const decode = Schema.decodeUnknownSync(TenantConfig)

/** A tenant of the configuration, with an operation of the kind under way where there is a status. */
const known = (
  { back, committed, isBuilt, kind, state, status }: typeof Circumstances.Type,
  config: TenantConfig
): KnownTenant => ({
  state,
  version: 1,
  tier: config.tier,
  stored: toStored(config),
  built: isBuilt && isOwn(config.tier) ? toStored(config) : null,
  backedUp: true,
  archived: true,
  committed,
  back,
  operation: status === null ? null : { request: requestOf(kind, config), status }
})

const requestOf = (kind: OperationKind, config: TenantConfig): OperationRequest =>
  kind === "create" || kind === "apply" ? { kind, config: toStored(config) } : { kind }

const ask = (tenant: KnownTenant, kind: OperationKind, config: TenantConfig) =>
  decideOperation(tenant, {
    request: requestOf(kind, config),
    config: kind === "create" || kind === "apply" ? config : null
  })

describe("what comes of a request", () => {
  it.prop(
    "is begun only where it is possible",
    [Circumstances, OperationKind, tenantInputs],
    ([about, kind, input]) => {
      const config = decode(input)
      const tenant = known(about, config)
      const decision = ask(tenant, kind, config)
      if (decision._tag === "Begin") {
        assert.include(possibleKinds(tenant), kind)
        assert.strictEqual(decision.endsWaiting, tenant.operation !== null)
      }
      if (tenant.operation === null && possibleKinds(tenant).includes(kind)) {
        assert.include(["Begin", "Fulfilled"], decision._tag)
      }
    }
  )

  it.prop("is nothing the second time", [Circumstances, OperationKind, tenantInputs, tenantInputs], ([
    about,
    kind,
    input,
    changes
  ]) => {
    const [config, other] = [decode(input), decode({ ...changes, slug: input.slug })]
    const tenant = { ...known(about, config), operation: null }
    const first = ask(tenant, kind, other)
    if (first._tag !== "Begin") return
    const operation = { request: requestOf(kind, other), status: "running" as const }
    assert.strictEqual(ask({ ...tenant, operation }, kind, other)._tag, "UnderWay")
    const after = kind === "create" || kind === "apply" ? other : config
    const done: KnownTenant = {
      ...tenant,
      state: endOf(first.steps, tenant.state),
      tier: after.tier,
      stored: toStored(after),
      built: after.tier === "pooled" ? null : toStored(after)
    }
    assert.strictEqual(ask(done, kind, other)._tag, "Fulfilled")
  })

  it.prop("is refused where there is nothing to restore from", [Circumstances, tenantInputs], ([about, input]) => {
    const config = decode(input)
    const tenant = { ...known({ ...about, state: "offboarded", status: null }, config), archived: false }
    const decision = ask(tenant, "restore", config)
    assert.include(decision._tag === "Refused" ? decision.because : decision._tag, "archive was deleted")
    assert.deepStrictEqual(possibleKinds(tenant), [])
  })

  it.prop("is refused while something else is under way, with what to do", [
    Circumstances,
    OperationKind,
    tenantInputs
  ], ([about, kind, input]) => {
    if (kind === about.kind) return
    const config = decode(input)
    const decision = ask(known({ ...about, status: "running" }, config), kind, config)
    assert.isTrue(decision._tag === "Refused" && decision.because.includes("wait for the end, or cancel"))
  })

  it("is refused before anything is closed, where a tenant would give up its own database server for a shared one", () => {
    const own = (tier: "dedicated" | "isolated") => decode(tenantInput(1, { tier }))
    const apply = (isBuilt: boolean, from: "dedicated" | "isolated", to: "dedicated" | "isolated") =>
      ask(
        known({ isBuilt, committed: false, state: "active", back: "active", kind: "apply", status: null }, own(from)),
        "apply",
        own(to)
      )
    const decision = apply(true, "dedicated", "isolated")
    assert.strictEqual(decision._tag === "Refused" ? decision.field : decision._tag, "config.tier")
    assert.strictEqual(apply(true, "isolated", "dedicated")._tag, "Begin")
    assert.strictEqual(apply(false, "dedicated", "isolated")._tag, "Begin")
  })

  it.prop("deletes nothing before the retention has ended, also after a restoration that was undone", [
    Circumstances,
    tenantInputs
  ], ([about, input]) => {
    const config = decode(input)
    const tenant = { ...known(about, config), operation: null }
    const decision = ask(tenant, "offboard", config)
    if (decision._tag !== "Begin") return
    const { steps } = decision
    const removes = indexOf(steps, ({ _tag }) => _tag === "Remove")
    const waits = indexOf(steps, ({ _tag }) => _tag === "Retain")
    if (about.state === "offboarding" && about.committed) assert.strictEqual(waits, -1)
    else assert.isTrue(waits >= 0 && waits < removes)
    assert.strictEqual(endOf(steps, about.state), "offboarded")
    const restoration = ask({ ...tenant, state: "offboarding" }, "restore", config)
    if (restoration._tag !== "Begin") return assert.fail(restoration._tag)
    assert.strictEqual(restoration.steps.some(({ _tag }) => _tag === "Unpack"), about.committed)
  })

  it.prop("builds nothing for a tenant whose data is in the shared database, but to bring it there", [
    Circumstances,
    OperationKind,
    tenantInputs
  ], ([about, kind, input]) => {
    const config = decode(input)
    const tenant = { ...known({ ...about, isBuilt: false, status: null }, config), backedUp: false }
    const decision = ask(tenant, kind, config)
    if (kind === "create" || decision._tag !== "Begin") return
    for (const step of decision.steps) {
      if (step._tag === "Provision") assert.deepStrictEqual([kind, step.move], ["apply", "in"])
    }
  })

  it.prop("moves the data exactly where a tenant goes from the shared pods to its own, or back", [
    Circumstances,
    tenantInputs,
    tenantInputs
  ], ([about, one, two]) => {
    const [config, other] = [decode(one), decode({ ...two, slug: one.slug })]
    const decision = ask({ ...known(about, config), operation: null, state: "active" }, "apply", other)
    assert.strictEqual(
      decision._tag === "Begin" && decision.steps.some(isMove),
      (about.isBuilt && isOwn(config.tier)) !== isOwn(other.tier)
    )
  })
})
