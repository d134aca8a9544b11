import { SetupDocument } from "@innkeeper/oncall/api"
import { Schema } from "effect"

/** Seconds after which the service with two levels pages its second one. */
export const timeoutSeconds = 20

/** Whom each level pages. */
export const levelAddresses = ["level-1@bench.example.com", "level-2@bench.example.com"] as const

/** Longer than any measurement. */
const never = 86_400

const [first, second] = levelAddresses

/** A tenant with a service that pages one person once, and one that pages a second person when the first is silent. */
export const tenant = Schema.decodeUnknownSync(SetupDocument)({
  tenant: { slug: "bench", name: "Bench" },
  users: levelAddresses.map((email) => ({
    email,
    name: email,
    role: "responder",
    invite: false,
    contactMethods: [{ kind: "email", address: email }]
  })),
  teams: [{ name: "Bench", members: levelAddresses }],
  escalationPolicies: [
    { name: "One level", steps: [{ targets: [{ user: first }], timeoutSeconds: never }], repeat: 0 },
    {
      name: "Two levels",
      steps: [{ targets: [{ user: first }], timeoutSeconds }, { targets: [{ user: second }], timeoutSeconds: never }],
      repeat: 0
    }
  ],
  services: [
    { name: "One level", team: "Bench", routingKey: "one-level", escalationPolicy: "One level" },
    { name: "Two levels", team: "Bench", routingKey: "two-levels", escalationPolicy: "Two levels" }
  ],
  integrations: [{ name: "Bench", kind: "generic", service: "One level" }]
})
