import { assert, describe, it } from "@effect/vitest"
import { IntegrationKind } from "@innkeeper/oncall/api"
import { execFileSync } from "node:child_process"
import { configurationOf, type Door, resolveCommand, triggerCommand } from "./integrationSamples.ts"

const door = (kind: IntegrationKind): Door => ({
  kind,
  key: "0123456789abcdefghijklmnopqrstuv",
  url: "https://innkeeper.example.com/in/0123456789abcdefghijklmnopqrstuv"
})

/** The arguments that a shell gives to curl. */
const argumentsOf = (command: string): ReadonlyArray<string> =>
  execFileSync("sh", ["-c", `curl() { printf '%s\\n' "$@"; }; ${command}`], { encoding: "utf8" }).trimEnd().split("\n")

const bodyOf = (command: string) => JSON.parse(argumentsOf(command).at(-1)!)

describe.each(IntegrationKind.literals)("commands for %s", (kind) => {
  it("post JSON to the integration's address", () => {
    const sent = argumentsOf(triggerCommand(door(kind)))
    assert.includeMembers([...sent], ["POST", door(kind).url, "content-type: application/json"])
    assert.isObject(bodyOf(triggerCommand(door(kind))))
  })
})

describe("a test alert and its resolution", () => {
  it("name the same alert to the generic receiver", () =>
    assert.strictEqual(
      bodyOf(triggerCommand(door("generic"))).dedupKey,
      bodyOf(resolveCommand(door("generic"))).dedupKey
    ))

  it("name the same alert as Alertmanager", () =>
    assert.strictEqual(
      bodyOf(triggerCommand(door("alertmanager"))).alerts[0].fingerprint,
      bodyOf(resolveCommand(door("alertmanager"))).alerts[0].fingerprint
    ))

  it("name the same alert as PagerDuty, with the key in the body", () => {
    const trigger = bodyOf(triggerCommand(door("pagerduty")))
    const resolve = bodyOf(resolveCommand(door("pagerduty")))
    assert.strictEqual(trigger.dedup_key, resolve.dedup_key)
    assert.strictEqual(trigger.routing_key, door("pagerduty").key)
    assert.strictEqual(resolve.routing_key, door("pagerduty").key)
  })
})

describe("commands for Opsgenie's API", () => {
  const opsgenie: Door = {
    kind: "opsgenie",
    key: "0123456789abcdefghijklmnopqrstuv",
    url: "https://innkeeper.example.com/v2/alerts"
  }

  it("carry the key in the header and name the same alert", () => {
    const [trigger, resolve] = [triggerCommand(opsgenie), resolveCommand(opsgenie)]
    for (const command of [trigger, resolve]) {
      assert.include(argumentsOf(command), `authorization: GenieKey ${opsgenie.key}`)
    }
    const { alias } = bodyOf(trigger)
    assert.include(argumentsOf(resolve), `${opsgenie.url}/${alias}/close?identifierType=alias`)
  })

  it("come with Alertmanager's lines, whose address ends before the API's path", () => {
    const { text } = configurationOf(opsgenie)!
    assert.include(text, "api_url: https://innkeeper.example.com/\n")
    assert.include(text, `api_key: ${opsgenie.key}`)
  })
})

describe("configurationOf", () => {
  it("gives Alertmanager its address and PagerDuty's senders their routing key", () => {
    assert.isNull(configurationOf(door("generic")))
    assert.include(configurationOf(door("alertmanager"))!.text, `url: ${door("alertmanager").url}`)
    assert.include(configurationOf(door("pagerduty"))!.text, `routing_key: ${door("pagerduty").key}`)
  })
})
