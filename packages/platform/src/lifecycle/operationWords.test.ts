import { assert, describe, it } from "@effect/vitest"
import type { ProvisionEvent } from "@innkeeper/config"
import { DateTime } from "effect"
import { changeCounts, isTold, isUnderWay, lineText } from "./operationWords.ts"
import { OperationLine, OperationStatus } from "./TenantOperation.ts"

const change = (action: "create" | "update" | "replace" | "delete") => ({
  action,
  kind: "Deployment",
  name: "server",
  fields: []
})

const lineOf = (event: ProvisionEvent | null) =>
  new OperationLine({ number: 1, at: DateTime.makeUnsafe(0), step: "Build", event })

const line = (event: ProvisionEvent | null) => lineText(lineOf(event))

describe("Words of an operation", () => {
  it("count what becomes of the resources, the deleted last", () => {
    assert.strictEqual(
      changeCounts([change("delete"), change("create"), change("update"), change("create"), change("replace")]),
      "2 to create, 1 to update, 1 to replace, 1 to delete"
    )
    assert.strictEqual(changeCounts([]), "nothing to change")
  })

  it("say what happened, also that nothing was built", () => {
    const progress = { _tag: "Progress", kind: "Service", name: "server", done: 2, total: 9 } as const
    const done = { _tag: "Done", adapter: "pulumi", record: null, backup: null, url: null } as const
    assert.deepStrictEqual(
      [
        line(null),
        line({ _tag: "Planned", changes: [change("create")] }),
        line({ ...progress, status: "began" }),
        line({ ...progress, status: "done" }),
        line({ ...progress, status: "failed" }),
        line({ _tag: "Said", level: "info", message: "Waits for the volume" }),
        line({ ...done, backup: "a-1", url: "https://a.example.com" }),
        line({ ...done, adapter: "render", url: "https://a.example.com" }),
        line({ _tag: "Failed", problems: ["No quota.", "No node."], refused: false })
      ],
      [
        "Build",
        "Resources: 1 to create",
        "Service server begins",
        "Service server is done, 2 of 9",
        "Service server failed, 2 of 9",
        "Waits for the volume",
        "The resources are as asked. Backup: a-1 Served at https://a.example.com",
        "Worked out, and not built.",
        "No quota.\nNo node."
      ]
    )
  })

  it("leave out that a resource begins", () => {
    const progress = { _tag: "Progress", kind: "Service", name: "server", done: 2, total: 9 } as const
    assert.deepStrictEqual(
      (["began", "done", "failed"] as const).map((status) => isTold(lineOf({ ...progress, status }))),
      [false, true, true]
    )
    assert.isTrue(isTold(lineOf(null)))
  })

  it("know which statuses are ends", () =>
    assert.deepStrictEqual(OperationStatus.literals.filter((status) => !isUnderWay(status)), [
      "succeeded",
      "failed",
      "cancelled"
    ]))
})
