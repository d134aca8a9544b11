import { assert, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { incidentsOf } from "./incidents.fixture.ts"
import { addressOf, anonymous, bodyOf, type Ids, nobodysIds, TwoTenants } from "./isolation.fixture.ts"
import { type Route, routes, tenantRoutes } from "./routes.fixture.ts"
import { Server } from "./server.fixture.ts"

/** Calls an endpoint as A: on things of `path`, with a body about things of `body`. */
const asA = Effect.fnUntraced(function*(route: Route, path: Ids, body: Ids) {
  const server = yield* Server
  const { a } = yield* TwoTenants
  return yield* server.call(route.method, yield* addressOf(route, path), {
    headers: a.admin,
    json: yield* bodyOf(route, body)
  })
})

/** What ends a thing comes after what needs it. */
const ending = /\.(resolve|revoke|remove\w*)$/
const ordered = [
  ...tenantRoutes.filter(({ name }) => !ending.test(name)),
  ...tenantRoutes.filter(({ name }) => ending.test(name))
]

const refusals = [400, 401, 403, 404, 422]

layer(Layer.provideMerge(TwoTenants.layer, Server.layer()), { excludeTestServices: true, timeout: "170 seconds" })(
  "Another tenant's things do not exist",
  (it) => {
    for (const route of ordered) {
      it.effect(`${route.name} (${route.method} ${route.path})`, () =>
        Effect.gen(function*() {
          const server = yield* Server
          const { a, b } = yield* TwoTenants
          if (route.nouns.length > 0) {
            const ofB = yield* asA(route, b.ids, a.ids)
            assert.strictEqual(ofB.status, 404, ofB.text)
            assert.deepStrictEqual(
              anonymous(ofB, b.ids),
              anonymous(yield* asA(route, nobodysIds, a.ids), nobodysIds)
            )
            // Half of the address one's own, half another's.
            for (const noun of route.nouns.length > 1 ? route.nouns : []) {
              const mixed = { ...a.ids, [noun]: b.ids[noun as keyof Ids] }
              const nobodys = { ...a.ids, [noun]: nobodysIds[noun as keyof Ids] }
              const answer = yield* asA(route, mixed, a.ids)
              assert.strictEqual(answer.status, 404, answer.text)
              assert.deepStrictEqual(
                anonymous(answer, b.ids),
                anonymous(yield* asA(route, nobodys, a.ids), nobodysIds)
              )
            }
          }
          const bodyOfB = yield* bodyOf(route, b.ids)
          if (JSON.stringify(bodyOfB) !== JSON.stringify(yield* bodyOf(route, a.ids))) {
            const ofB = yield* asA(route, a.ids, b.ids)
            assert.include([404, 422], ofB.status, ofB.text)
            assert.deepStrictEqual(
              anonymous(ofB, b.ids),
              anonymous(yield* asA(route, a.ids, nobodysIds), nobodysIds)
            )
          }
          // Or else the refusals above would say nothing.
          const own = yield* asA(route, a.ids, a.ids)
          assert.isTrue(own.status < 500 && !refusals.includes(own.status), server.describe(own))
        }))
    }

    it.effect("an alert that names another tenant's service stays with its own", () =>
      Effect.gen(function*() {
        const server = yield* Server
        const { a } = yield* TwoTenants
        const json = { summary: "Whose service is this?", service: "service-bravo" }
        yield* server.ok("POST", `/in/${a.keys.generic}`, { json })
        const opened = (yield* incidentsOf(a)).find(({ title }) => title === json.summary)
        // Renamed by services.replace.
        assert.strictEqual(opened?.serviceId, a.ids.services)
      }))

    it.effect("nothing that A reads holds an id or the name of B", () =>
      Effect.gen(function*() {
        const server = yield* Server
        const { a, before } = yield* TwoTenants
        const uuids = new Set(JSON.stringify(before).match(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g))
        assert.isAbove(uuids.size, 15)
        for (const route of tenantRoutes.filter(({ method }) => method === "GET")) {
          const { text } = yield* server.call("GET", yield* addressOf(route, a.ids), { headers: a.admin })
          const held = [...uuids].filter((id) => text.includes(id))
          assert.deepStrictEqual(held, [], route.name)
          // The alert of the test above names it.
          assert.notInclude(text.replaceAll("service-bravo", ""), "bravo", route.name)
        }
      }))

    it.effect("A cannot say that it is B", () =>
      Effect.gen(function*() {
        const server = yield* Server
        const { a, b } = yield* TwoTenants
        const as = (client: string) =>
          server.call("GET", "/api/v1/incidents", { headers: { ...a.admin, "x-client-id": client } })
        assert.strictEqual((yield* as(a.slug)).status, 200)
        assert.strictEqual((yield* as(b.slug)).status, 403)
      }))

    it.effect("nothing of B has changed", () =>
      Effect.gen(function*() {
        const { before, everythingOfB } = yield* TwoTenants
        assert.deepStrictEqual(yield* everythingOfB, before)
      }))

    it.effect("every endpoint says who may call it", () =>
      Effect.sync(() => {
        assert.isAbove(routes.length, 50)
        assert.deepStrictEqual(routes.filter(({ rule }) => rule === undefined).map(({ name }) => name), [])
      }))

    it.effect("without credentials, or with wrong ones, an endpoint of a tenant answers 401", () =>
      Effect.gen(function*() {
        const server = yield* Server
        const { b } = yield* TwoTenants
        const strangers: ReadonlyArray<Readonly<Record<string, string>>> = [
          {},
          { cookie: "innkeeper_session=nobodys" },
          { authorization: "Bearer ik_nobodys" },
          { authorization: "Bearer " },
          { ...b.admin, authorization: "Bearer ik_nobodys" }
        ]
        for (const route of tenantRoutes) {
          for (const headers of strangers) {
            const { status, text } = yield* server.call(route.method, yield* addressOf(route, b.ids), {
              headers,
              json: yield* bodyOf(route, b.ids)
            })
            assert.strictEqual(status, 401, `${route.name} with ${JSON.stringify(headers)}: ${text}`)
          }
        }
      }))

    it.effect("without the admin token, an endpoint of the platform's admins answers 401", () =>
      Effect.gen(function*() {
        const server = yield* Server
        const { a } = yield* TwoTenants
        const admins = routes.filter(({ rule }) => rule?._tag === "AdminToken")
        assert.isAbove(admins.length, 0)
        for (const { method, name, path } of admins) {
          for (const headers of [{}, a.admin, { cookie: "innkeeper_admin=nobodys" }, { "x-admin-token": "nobodys" }]) {
            const { status } = yield* server.call(method, path.replace(/:\w+/g, "bravo"), {
              headers,
              ...(method === "GET" ? {} : { json: { tenant: { slug: "bravo", name: "Taken" } } })
            })
            // Who guesses many tokens has to wait.
            const refused = "x-admin-token" in headers ? [401, 429] : [401]
            assert.include(refused, status, `${name} with ${JSON.stringify(headers)}`)
          }
        }
      }))
  }
)
