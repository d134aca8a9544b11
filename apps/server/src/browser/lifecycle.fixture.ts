/** Answers of the API of tenants' lives that no fresh server gives: each state, long words, many resources. Tests only. */

const at = "2026-11-21T03:12:09.500Z"
const long = "availability_of_every_room_in_all_inns_is_answered_by_the_replica_that_has_no_index"
const runId = "5f1c0d"
const statuses = ["running", "failed", "waiting", "queued"]
const idOf = (status: string) => `019a0000-0000-7000-8000-00000000000${statuses.indexOf(status)}`

const mail = { fromName: "Seaward", fromAddress: "bell@seaward.example.com" }
const config = {
  tier: "isolated",
  slug: "seaward",
  name: "Seaward Ferries",
  domains: ["alerts.seaward.example.com", "status.seaward.example.com"],
  timeZone: "Europe/Oslo",
  features: ["oncall", "statuspage"],
  mail,
  mode: "cloud",
  quotas: {
    users: 400,
    alertsPerMinute: 3000,
    retentionDays: 365,
    cpu: 2,
    memory: 4,
    storage: 50,
    replicas: { minimum: 2, maximum: 4 }
  }
}

const operation = (status: string, more: Readonly<Record<string, unknown>> = {}) => ({
  id: idOf(status),
  slug: "seaward",
  kind: "apply",
  status,
  actor: { kind: "session", sessionId: "s-1" },
  createdAt: at,
  finishedAt: null,
  step: `Build its infrastructure, ${long}`,
  progress: { done: 12, total: 41 },
  problems: [],
  removeAt: null,
  backup: null,
  runId,
  ...more
})

const failed = operation("failed", {
  kind: "create",
  finishedAt: "2026-11-21T03:14:09.500Z",
  problems: [`No node has room for ${long}.`, "The quota of the namespace is full."]
})
const waiting = operation("waiting", {
  kind: "offboard",
  slug: "gone",
  removeAt: "2026-12-21T03:12:09.500Z",
  backup: `gone-${long}`,
  progress: null
})

const tenant = (slug: string, state: string, more: Readonly<Record<string, unknown>> = {}) => ({
  slug,
  name: `${slug} ${long}`,
  tier: "isolated",
  state,
  createdAt: at,
  source: "database",
  version: 3,
  config: { ...config, slug },
  possible: [],
  operation: null,
  ...more
})

const seaward = tenant("seaward", "active", { name: "Seaward Ferries", operation: operation("running") })
const calm = tenant("calm", "active", { possible: ["apply", "suspend", "offboard"] })
const broken = tenant("broken", "failed", { possible: ["create"], operation: { ...failed, slug: "broken" } })
const gone = tenant("gone", "offboarding", { possible: ["restore"], operation: waiting })

const progress = (done: number, status: string) => ({
  _tag: "Progress",
  kind: "Deployment",
  name: `server-${done}-${long}`,
  status,
  done,
  total: 41
})

const changes = ["create", "update", "replace", "delete"].flatMap((action, nth) =>
  Array.from({ length: 20 - 6 * nth }, (_, index) => ({
    action,
    kind: index % 2 === 0 ? "NetworkPolicy" : "Deployment",
    name: `seaward-${index}-${long}`,
    fields: action === "update" ? ["spec.replicas", `spec.template.spec.containers.0.${long}`] : []
  }))
)

const lines = [
  null,
  { _tag: "Planned", changes },
  ...[1, 2, 3].flatMap((done) => [progress(done, "began"), progress(done, done === 3 ? "failed" : "done")]),
  { _tag: "Said", level: "error", message: `Waits for ${long}` },
  { _tag: "Failed", problems: ["No node has room.", long], refused: false }
].map((event, index) => ({ number: index + 1, at, step: "Build its infrastructure", event }))

const tenants = [
  seaward,
  calm,
  broken,
  gone,
  tenant("ended", "offboarded", { possible: ["restore"] }),
  tenant("quiet", "suspended", { possible: ["apply", "resume", "offboard"] }),
  tenant("young", "provisioning", { operation: operation("queued", { kind: "create", step: null, progress: null }) })
]

/** A page of the tenants that are asked for. */
export const tenantsAsked = (params: URLSearchParams) => ({
  items: tenants.filter(({ name, slug, state }) =>
    (params.get("state") ?? state) === state
    && `${slug} ${name}`.toLowerCase().includes((params.get("text") ?? "").toLowerCase())
  ),
  nextCursor: null
})

/** What is told by the path behind `/api/v1/admin/`. */
export const livesInTrouble: Readonly<Record<string, unknown>> = {
  ...Object.fromEntries([seaward, calm, broken, gone].flatMap((tenant) => [
    [`lifecycle/${tenant.slug}`, tenant],
    [`lifecycle/${tenant.slug}/operations`, {
      items: [operation("running"), failed, waiting],
      nextCursor: idOf("waiting")
    }],
    ...statuses.map((status) => [`lifecycle/${tenant.slug}/operations/${idOf(status)}/lines`, lines] as const)
  ])),
  /** The answer to a POST. */
  "lifecycle/calm/plan": {
    slug: "calm",
    kind: "apply",
    unchanged: false,
    steps: ["Back up its database", "Build its infrastructure", "Enter the configuration"],
    fields: [
      { field: "quotas.users", before: 400, after: 450 },
      { field: "mail.replyTo", before: null, after: `${long}@example.com` },
      {
        field: "domains",
        before: ["a.example.com"],
        after: ["a.example.com", `${long.replaceAll("_", "-")}.example.com`]
      }
    ],
    changes,
    adapter: "render",
    warnings: [`The database is replaced: ${long}.`]
  }
}
