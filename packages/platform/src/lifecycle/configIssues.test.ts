import { assert, describe, it } from "@effect/vitest"
import { configIssues } from "./configIssues.ts"

describe("configIssues", () => {
  it("finds the field by the path, or at the begin of a sentence about all of it", () =>
    assert.deepStrictEqual(
      configIssues([
        { path: ["config", "domains", 0], message: "domains: expected a domain of no other tenant" },
        { path: ["config"], message: "mode: expected selfhosted, got cloud" },
        { path: ["config"], message: "quotas.replicas.1: expected more" },
        { path: ["config"], message: "The cluster is too small: it has no node" },
        { path: ["payload", "config", "slug"], message: "expected seaward" }
      ]),
      [
        { path: ["domains", 0], message: "domains: expected a domain of no other tenant" },
        { path: ["mode"], message: "expected selfhosted, got cloud" },
        { path: ["quotas", "replicas", 1], message: "expected more" },
        { path: [], message: "The cluster is too small: it has no node" },
        { path: ["slug"], message: "expected seaward" }
      ]
    ))

  it("leaves out what is not about the configuration", () =>
    assert.deepStrictEqual(configIssues([{ path: ["retentionDays"], message: "expected a number" }]), []))
})
