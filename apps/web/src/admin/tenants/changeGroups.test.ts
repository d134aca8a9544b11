import { assert, describe, it } from "@effect/vitest"
import { ResourceChange } from "@innkeeper/config"
import { Schema } from "effect"
import { changeGroups } from "./changeGroups.ts"

const change = (action: ResourceChange["action"], kind: string, name: string) => ({ action, kind, name, fields: [] })

describe("changeGroups", () => {
  it("show what is deleted before what is created, each by kind and name", () => {
    const groups = changeGroups([
      change("create", "Service", "server"),
      change("create", "Deployment", "worker"),
      change("delete", "Secret", "old"),
      change("create", "Deployment", "server")
    ])
    assert.deepStrictEqual(
      groups.map(({ action, changes }) => [action, ...changes.map(({ kind, name }) => `${kind} ${name}`)]),
      [["delete", "Secret old"], ["create", "Deployment server", "Deployment worker", "Service server"]]
    )
  })

  it.prop("leave nothing out and have no empty group", [Schema.Array(ResourceChange)], ([changes]) => {
    const groups = changeGroups(changes)
    assert.strictEqual(groups.reduce((sum, { changes }) => sum + changes.length, 0), changes.length)
    assert.isTrue(groups.every(({ changes }) => changes.length > 0))
  })
})
