import { assert, it } from "@effect/vitest"
import { describeIssues } from "./Issues.ts"
import type { Source } from "./Source.ts"

const source: Source = { file: "inn.yaml", value: {}, lineOf: () => 7, at: () => 3 }

it("says what was expected and what was there, or the sentence that the server says", () => {
  const path = ["users", 50]
  assert.deepStrictEqual(
    describeIssues(source, [
      { path, message: "a name" },
      { path, message: "The quota of 50 people is used up. Deactivate somebody." },
      { path, message: "This address is taken already" },
      { path, message: "A page needs somebody" },
      { path, message: "Expected string, got null" },
      { path, message: "IANA time zone" }
    ]).split("\n"),
    [
      "inn.yaml:7: users[50]: expected a name, got 3",
      "inn.yaml:7: users[50]: The quota of 50 people is used up. Deactivate somebody.",
      "inn.yaml:7: users[50]: This address is taken already",
      "inn.yaml:7: users[50]: A page needs somebody",
      "inn.yaml:7: users[50]: expected string, got null",
      "inn.yaml:7: users[50]: expected IANA time zone, got 3"
    ]
  )
})
