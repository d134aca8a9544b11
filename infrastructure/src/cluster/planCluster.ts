import { Effect, Match } from "effect"
import { namesOf } from "../plan/names.ts"
import type { Deployable, Password } from "../plan/Plan.ts"
import type { PlanEnvironment, Selfhosted } from "../plan/PlanEnvironment.ts"
import { PlanRefused } from "../plan/PlanRefused.ts"
import { digestKey } from "../plan/secretsRead.ts"
import { longhornClass } from "../plan/storageClasses.ts"
import type { ClusterInput, ClusterPart } from "./ClusterPart.ts"
import type { ClusterSettings } from "./ClusterSettings.ts"
import { alloy } from "./parts/alloy.ts"
import { certManager, issuersOf } from "./parts/certManager.ts"
import { externalDns } from "./parts/externalDns.ts"
import { garage } from "./parts/garage.ts"
import { longhorn } from "./parts/longhorn.ts"
import { postgresql } from "./parts/postgresql.ts"
import { redis } from "./parts/redis.ts"
import { isServiceIn } from "./parts/serviceOf.ts"
import { traefik, traefikLabels } from "./parts/traefik.ts"

/** What a cluster needs before the first tenant comes. */
export interface ClusterPlan extends Deployable {
  readonly labels: Readonly<Record<string, string>>
}

/**
 * The programs that tenants stand on, in the places where the environment says they are. In the cloud, databases, caches
 * and backups are services of the cloud and none of them is here.
 */
export const planCluster = Effect.fnUntraced(
  function*(stack: string, environment: PlanEnvironment, settings: ClusterSettings) {
    const problems = problemsOf(environment, settings)
    if (problems.length > 0) return yield* new PlanRefused({ problems })
    const labels = {
      "app.kubernetes.io/managed-by": "pulumi",
      "innkeeper/environment": environment.name,
      "innkeeper/cost-centre": environment.costCentre
    }
    const input: ClusterInput = { environment, settings, named: namesOf(stack), labels }
    const parts = [
      certManager(input),
      traefik(input),
      externalDns(input),
      alloy(input),
      ...Match.value(environment).pipe(
        Match.discriminatorsExhaustive("mode")({
          selfhosted: (environment) => stores({ ...input, environment }),
          cloud: (): ReadonlyArray<ClusterPart> => []
        })
      )
    ]
    const plan: ClusterPlan = {
      stack,
      labels,
      passwords: [
        { name: input.named(digestKey), length: 40 },
        ...(environment.mode === "selfhosted" ? garagePasswords(input) : [])
      ],
      secrets: parts.flatMap(({ secrets }) => secrets),
      cloud: parts.flatMap(({ cloud }) => cloud),
      objects: parts.flatMap(({ objects }) => objects)
    }
    return plan
  }
)

/** What keeps data in the cluster, on Longhorn if that is the environment's storage class. */
const stores = (input: ClusterInput<Selfhosted>): ReadonlyArray<ClusterPart> => {
  const onLonghorn = input.environment.storageClass === longhornClass
  const ready = onLonghorn ? [input.named("longhorn")] : []
  return [...(onLonghorn ? [longhorn(input)] : []), postgresql(input, ready), redis(input), garage(input, ready)]
}

const garagePasswords = ({ named }: ClusterInput): ReadonlyArray<Password> => [
  { name: named("garage-admin-token"), length: 40 }
]

/** Where the environment says something of the cluster that this program would not make true. */
const problemsOf = (environment: PlanEnvironment, settings: ClusterSettings) => {
  const { ingress, issuer, telemetry } = environment
  const issuers = issuersOf(settings)
  const places = environment.mode === "cloud"
    ? []
    : (["database", "cache", "backup"] as const).map((field) => ({ field, ...environment[field] }))
  const expected = (right: boolean, field: string, what: string, got: string) =>
    right ? [] : [{ field: `environment.${field}`, problem: `expected ${what}, got ${got}` }]
  return [
    ...expected(issuers.includes(issuer), "issuer", issuers.join(" or "), issuer),
    ...expected(
      JSON.stringify(ingress.labels) === JSON.stringify(traefikLabels),
      "ingress.labels",
      `${JSON.stringify(traefikLabels)}, which Traefik's chart gives`,
      JSON.stringify(ingress.labels)
    ),
    ...[...places, { field: "telemetry", host: new URL(telemetry.endpoint).hostname, ...telemetry }].flatMap((
      { field, host, namespace }
    ) => expected(isServiceIn(host, namespace), field, `a service such as ${field}.${namespace}.svc`, host)),
    ...distinct(environment)
  ]
}

/** Each program has a namespace of its own. */
const distinct = (environment: PlanEnvironment) => {
  const names = [
    "cert-manager",
    "external-dns",
    environment.ingress.namespace,
    environment.telemetry.namespace,
    environment.pool.namespace,
    ...(environment.mode === "cloud"
      ? []
      : [environment.database.namespace, environment.cache.namespace, environment.backup.namespace])
  ]
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  return twice === undefined
    ? []
    : [{ field: "environment", problem: `expected a namespace for each program, got ${twice} for two` }]
}
