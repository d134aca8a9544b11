import { assert, layer } from "@effect/vitest"
import { asTenant } from "@innkeeper/database"
import { Signer, Users } from "@innkeeper/platform"
import { SmtpSink } from "@innkeeper/testkit"
import { Duration, Effect, Layer } from "effect"
import { httpLayer, post } from "../http.fixture.ts"
import { Incidents } from "../incident/Incidents.ts"
import { delivered, looking, makeScene, oncallLayer, pass, servicesLayer, trigger } from "../testing.fixture.ts"
import type { LinkPreview } from "./LinkApi.ts"
import { signLink } from "./Links.ts"

const tokensOf = (text: string) => [...text.matchAll(/\/link#(\S+)/g)].map(([, token]) => token!)

/** Pages Ada and takes the two links out of her mail. */
const page = Effect.fnUntraced(function*(slug: string) {
  const scene = yield* makeScene(slug)
  const id = yield* trigger(scene)
  yield* delivered(scene, id, 1)
  const { content } = yield* (yield* SmtpSink).next
  const [acknowledge, resolve] = tokensOf(content.text!)
  return { scene, id, acknowledge: acknowledge!, resolve: resolve! }
})

type Shown = typeof LinkPreview.Type

const preview = (token: string) => post("/api/v1/links/preview", { token })
const use = (token: string) => post("/api/v1/links/use", { token })

layer(Layer.provideMerge(httpLayer, oncallLayer))("Links of a page", (it) => {
  it.effect("show what they would do and change nothing", () =>
    Effect.gen(function*() {
      const { acknowledge, id, resolve, scene } = yield* page("preview")
      const shown = yield* Effect.all([preview(acknowledge), preview(resolve), preview(acknowledge)])
      assert.deepStrictEqual(shown.map(({ status }) => status), [200, 200, 200])
      assert.deepStrictEqual(shown.map(({ body }) => (body as { readonly action: string }).action), [
        "acknowledge",
        "resolve",
        "acknowledge"
      ])
      assert.deepInclude(shown[0]!.body, {
        userName: "Ada",
        incident: { id, number: 1, title: "Disk full", serviceName: "Booking", status: "triggered", holder: null }
      })
      assert.strictEqual((yield* looking(scene, id).incident).status, "triggered")
    }))

  it.effect("act in the name of the person who was paged; again, they change nothing", () =>
    Effect.gen(function*() {
      const { acknowledge, id, resolve, scene } = yield* page("use")
      const { incident, timeline } = looking(scene, id)
      const [first, second] = [yield* use(acknowledge), yield* use(acknowledge)]
      assert.deepStrictEqual([first.status, second.status], [200, 200])
      for (const { body } of [first, second]) {
        assert.deepInclude((body as Partial<Shown>).incident, { holder: { name: "Ada (by link)", isYou: true } })
      }
      const acknowledged = yield* incident
      assert.deepInclude(acknowledged.acknowledgedBy, {
        kind: "link",
        id: scene.person("Ada").id,
        name: "Ada (by link)"
      })
      assert.lengthOf((yield* timeline).filter(({ kind }) => kind === "acknowledged"), 1)

      assert.deepStrictEqual([(yield* use(resolve)).status, (yield* use(resolve)).status], [200, 200])
      assert.lengthOf((yield* timeline).filter(({ kind }) => kind === "resolved"), 1)
      assert.strictEqual((yield* use(acknowledge)).status, 409)
      assert.strictEqual((yield* incident).status, "resolved")
    }))

  it.effect("leave other tenants and other incidents alone", () =>
    Effect.gen(function*() {
      const { acknowledge, scene } = yield* page("mine")
      const beside = yield* trigger(scene, { dedupKey: "beside" })
      const other = yield* makeScene("theirs")
      const theirs = yield* trigger(other)
      yield* use(acknowledge)
      assert.strictEqual((yield* looking(scene, beside).incident).status, "triggered")
      assert.strictEqual((yield* looking(other, theirs).incident).status, "triggered")
    }))
})

layer(Layer.provideMerge(httpLayer, servicesLayer))("A link", (it) => {
  const claimed = Effect.fnUntraced(function*(slug: string) {
    const scene = yield* makeScene(slug)
    const id = yield* trigger(scene)
    const claim = {
      tenantId: scene.tenantId,
      incidentId: id,
      userId: scene.person("Ada").id,
      userName: "Ada",
      action: "acknowledge" as const
    }
    return { scene, id, claim, signer: yield* Signer }
  })
  const untouched = Effect.fnUntraced(function*({ id, scene }: Effect.Success<ReturnType<typeof claimed>>) {
    assert.strictEqual((yield* looking(scene, id).incident).status, "triggered")
  })

  it.effect("is refused as expired when its time is over", () =>
    Effect.gen(function*() {
      const made = yield* claimed("expired")
      const token = yield* signLink(made.signer, made.claim, Duration.minutes(5))
      assert.strictEqual((yield* preview(token)).status, 200)
      yield* pass("5 minutes", "1 minute")
      for (const call of [preview, use]) {
        const { body, status } = yield* call(token)
        assert.strictEqual(status, 410)
        assert.deepInclude(body, { reason: "expired" })
      }
      yield* untouched(made)
    }))

  it.effect("is refused from the moment its person is shut out", () =>
    Effect.gen(function*() {
      const made = yield* claimed("left")
      const token = yield* signLink(made.signer, made.claim, Duration.minutes(5))
      assert.strictEqual((yield* preview(token)).status, 200)
      yield* (yield* Users).update(made.claim.userId, { active: false }).pipe(asTenant(made.scene.tenantId))
      for (const call of [preview, use]) assert.strictEqual((yield* call(token)).status, 410)
      yield* untouched(made)
    }))

  it.effect("is refused when it was changed, cut short or signed for something else", () =>
    Effect.gen(function*() {
      const made = yield* claimed("damaged")
      const token = yield* signLink(made.signer, made.claim, Duration.minutes(5))
      const [body, expires, signature] = token.split(".")
      const forged = Buffer.from(JSON.stringify({ ...made.claim, action: "resolve" })).toString("base64url")
      const damaged = [
        `${forged}.${expires}.${signature}`,
        `${body}.zzzzzzzzz.${signature}`,
        `${body}.${expires}.`,
        token.slice(0, -3),
        "",
        "nonsense",
        yield* made.signer.sign("session", JSON.stringify(made.claim), Duration.minutes(5)),
        yield* made.signer.sign("oncall.link", "{}", Duration.minutes(5))
      ]
      for (const wrong of damaged) {
        for (const call of [preview, use]) {
          const { body, status } = yield* call(wrong)
          assert.strictEqual(status, 410, wrong)
          assert.deepInclude(body, { reason: "invalid" })
        }
      }
      yield* untouched(made)
    }))

  it.effect("names an incident of its own tenant or none", () =>
    Effect.gen(function*() {
      const made = yield* claimed("swapped")
      const other = yield* makeScene("swapped-too")
      const token = yield* signLink(made.signer, { ...made.claim, tenantId: other.tenantId }, Duration.minutes(5))
      assert.deepStrictEqual([(yield* preview(token)).status, (yield* use(token)).status], [410, 410])
      yield* untouched(made)
    }))

  it.effect("takes an acknowledgement from nobody who gave it before", () =>
    Effect.gen(function*() {
      const made = yield* claimed("late")
      yield* made.scene.as((yield* Incidents).acknowledge(made.id, made.scene.actor("Ben")))
      const token = yield* signLink(made.signer, made.claim, Duration.minutes(5))
      for (const call of [preview, use]) {
        const { body, status } = yield* call(token)
        assert.strictEqual(status, 200)
        assert.deepInclude((body as Partial<Shown>).incident, { holder: { name: "Ben", isYou: false } })
      }
      assert.strictEqual((yield* looking(made.scene, made.id).incident).acknowledgedBy?.name, "Ben")
    }))
})
