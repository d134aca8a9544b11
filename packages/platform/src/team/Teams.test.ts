import { assert, layer } from "@effect/vitest"
import { asTenant } from "@innkeeper/database"
import { Effect } from "effect"
import { makePerson, platformLayer, twoTenants } from "../Platform.fixture.ts"
import { TeamId } from "./Team.ts"
import { Teams } from "./Teams.ts"

const empty = (name: string) => ({ name, tags: [], members: [] })

layer(platformLayer)("Teams", (it) => {
  it.effect("holds a name, tags and members, leads first, and is replaced as a whole", () =>
    Effect.gen(function*() {
      const teams = yield* Teams
      const { acme, ada } = yield* twoTenants("whole")
      const ben = yield* makePerson(acme, "ben-whole@example.com")
      const team = yield* teams.create({
        name: "Booking",
        tags: ["core", "büro"],
        members: [{ userId: ben.id, role: "member" }, { userId: ada.id, role: "lead" }]
      }).pipe(asTenant(acme))
      assert.deepStrictEqual(team.members.map(({ userId }) => userId), [ada.id, ben.id])
      assert.deepStrictEqual(team.tags, ["core", "büro"])
      assert.deepStrictEqual(yield* teams.get(team.id).pipe(asTenant(acme)), team)
      const changed = { name: "Fares", tags: ["fares"], members: [{ userId: ben.id, role: "lead" as const }] }
      const replaced = yield* teams.replace(team.id, changed).pipe(asTenant(acme))
      assert.deepStrictEqual({ ...replaced }, { id: team.id, ...changed })
      assert.deepStrictEqual(yield* teams.list.pipe(asTenant(acme)), [replaced])
    }))

  it.effect("has a name that no other team of the tenant has, in any case", () =>
    Effect.gen(function*() {
      const teams = yield* Teams
      const { acme, globex } = yield* twoTenants("names")
      const booking = yield* teams.create(empty("Booking")).pipe(asTenant(acme))
      const fares = yield* teams.create(empty("Fares")).pipe(asTenant(acme))
      assert.strictEqual((yield* Effect.flip(teams.create(empty("BOOKING")).pipe(asTenant(acme))))._tag, "Conflict")
      const renamed = yield* Effect.flip(teams.replace(fares.id, empty("booking")).pipe(asTenant(acme)))
      assert.strictEqual(renamed._tag, "Conflict")
      yield* teams.replace(booking.id, empty("BOOKING")).pipe(asTenant(acme))
      yield* teams.create(empty("Booking")).pipe(asTenant(globex))
      assert.deepStrictEqual((yield* teams.list.pipe(asTenant(acme))).map(({ name }) => name), ["BOOKING", "Fares"])
    }))

  it.effect("takes people of the own tenant, each once, or nothing changes", () =>
    Effect.gen(function*() {
      const teams = yield* Teams
      const { acme, ada, bob } = yield* twoTenants("members")
      const team = yield* teams.create({ ...empty("Booking"), members: [{ userId: ada.id, role: "lead" }] }).pipe(
        asTenant(acme)
      )
      const put = (members: typeof team.members) =>
        Effect.flip(teams.replace(team.id, { name: "Changed", tags: [], members }).pipe(asTenant(acme)))
      const foreign = yield* put([{ userId: bob.id, role: "member" }])
      assert.deepStrictEqual(
        [foreign._tag, "errors" in foreign && foreign.errors[0]?.path],
        ["Unprocessable", ["payload", "members"]]
      )
      const twice = yield* put([{ userId: ada.id, role: "lead" }, { userId: ada.id, role: "member" }])
      assert.strictEqual(twice._tag, "Conflict")
      assert.deepStrictEqual(yield* teams.get(team.id).pipe(asTenant(acme)), team)
    }))

  it.effect("is seen, replaced and removed by its own tenant alone", () =>
    Effect.gen(function*() {
      const teams = yield* Teams
      const { acme, globex } = yield* twoTenants("apart")
      const team = yield* teams.create(empty("Booking")).pipe(asTenant(acme))
      const attempts = [teams.get(team.id), teams.replace(team.id, empty("Taken")), teams.remove(team.id)]
      for (const attempt of attempts) {
        assert.strictEqual((yield* Effect.flip(asTenant(globex)(attempt)))._tag, "NotFound")
      }
      assert.deepStrictEqual(yield* teams.list.pipe(asTenant(globex)), [])
      assert.deepStrictEqual(yield* teams.list.pipe(asTenant(acme)), [team])
    }))

  it.effect("is removed once, members or not, and an unknown one is not found", () =>
    Effect.gen(function*() {
      const teams = yield* Teams
      const { acme, ada } = yield* twoTenants("removed")
      const team = yield* teams.create({ ...empty("Booking"), members: [{ userId: ada.id, role: "lead" }] }).pipe(
        asTenant(acme)
      )
      yield* teams.remove(team.id).pipe(asTenant(acme))
      const unknown = TeamId.make("00000000-0000-4000-8000-000000000000")
      for (const attempt of [teams.remove(team.id), teams.get(team.id), teams.replace(unknown, empty("None"))]) {
        assert.strictEqual((yield* Effect.flip(asTenant(acme)(attempt)))._tag, "NotFound")
      }
      assert.deepStrictEqual(yield* teams.list.pipe(asTenant(acme)), [])
    }))
})
