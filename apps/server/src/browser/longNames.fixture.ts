/** An organisation in which every name is one word, as long as it may be, and a title of an incident is an address. Tests only. */

/** 119 characters without a place to break, told from the others by the first ones. */
const long = (name: string) =>
  `${name}_availability_of_every_room_is_answered_by_the_replica_without_index`.padEnd(119, "x")

const mail = (name: string) =>
  `${`${name}.answers.for.every.room.and.every.boat`.padEnd(60, "x")}@${"x".repeat(60)}.example.com`

const [ada, berta, carl] = [mail("ada"), mail("berta"), mail("carl")]

/** The title of an incident of it. */
export const longTitle =
  "Disk full: https://example.com/very/long/path/that/does/not/break/anywhere/at/all/and/goes/on?and=on#for-as-long-as-it-may"

/** Its set-up document. The second schedule has nobody, and the third person is not reached by anything. */
export const longNames = {
  tenant: { slug: "long", name: long("Tenant") },
  users: [
    { email: ada, name: long("Ada"), role: "admin", contactMethods: [{ kind: "email", address: ada }] },
    { email: berta, name: long("Berta"), role: "responder", contactMethods: [{ kind: "email", address: berta }] },
    { email: carl, name: long("Carl"), role: "responder", active: false }
  ],
  teams: [{ name: long("Team"), tags: [long("Tag")], leads: [ada], members: [berta] }],
  schedules: [
    {
      name: long("Schedule"),
      timeZone: "Europe/Oslo",
      layers: [{
        name: long("Layer"),
        rotation: { unit: "day", every: 1, start: "2026-01-05T09:00" },
        users: [ada, berta]
      }]
    },
    { name: long("Empty"), timeZone: "Europe/Oslo", layers: [] }
  ],
  escalationPolicies: [{
    name: long("Policy"),
    steps: [
      { targets: [{ schedule: long("Schedule") }, { user: berta }], timeoutSeconds: 900 },
      { targets: [{ schedule: long("Empty") }], timeoutSeconds: 900 }
    ],
    lastResort: [{ user: ada }]
  }],
  services: [{
    name: long("Service"),
    team: long("Team"),
    routingKey: "long-".padEnd(80, "x"),
    escalationPolicy: long("Policy"),
    description: long("Description")
  }],
  integrations: [{ name: long("Integration"), kind: "generic", service: long("Service") }]
}
