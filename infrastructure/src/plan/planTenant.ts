import type { Dedicated, Isolated, Pooled, TenantConfig } from "@innkeeper/config"
import { Effect, Match } from "effect"
import type { Backing } from "./backing/Backing.ts"
import type { BackingInput } from "./backing/BackingInput.ts"
import { ownCloud } from "./backing/ownCloud.ts"
import { ownCluster } from "./backing/ownCluster.ts"
import { sharedCloud } from "./backing/sharedCloud.ts"
import { sharedCluster } from "./backing/sharedCluster.ts"
import { isBackupName } from "./backupNames.ts"
import { access } from "./kinds/access.ts"
import { authoritiesOf } from "./kinds/authorities.ts"
import { availability } from "./kinds/availability.ts"
import { backup, backupNow } from "./kinds/backup.ts"
import { configuration } from "./kinds/configuration.ts"
import { databaseJob, statementsOf } from "./kinds/databaseJob.ts"
import { move } from "./kinds/move.ts"
import { namespace as namespaceObject } from "./kinds/namespace.ts"
import { networkPolicies } from "./kinds/networkPolicies.ts"
import { priority } from "./kinds/priority.ts"
import { quota } from "./kinds/quota.ts"
import { restore } from "./kinds/restore.ts"
import { customDomains, dnsRecord, hostOf, route } from "./kinds/route.ts"
import { passwords, secrets } from "./kinds/secrets.ts"
import { server } from "./kinds/server.ts"
import { service, servicePort } from "./kinds/service.ts"
import { labelsOf } from "./labels.ts"
import { fixedNames, namesOf, namespaceOf } from "./names.ts"
import { type OwnTenant, type PlanOptions, served } from "./OwnTenant.ts"
import type { KubernetesObject, Plan } from "./Plan.ts"
import type { PlanEnvironment } from "./PlanEnvironment.ts"
import { PlanRefused } from "./PlanRefused.ts"
import { released } from "./released.ts"
import { checkServerEnvironment, serverEnvironment } from "./serverEnvironment.ts"
import { type Residents, sizingOf } from "./Sizing.ts"

/**
 * Everything that a tenant of this configuration needs in this environment. A new tier is one more arm. A pooled tenant
 * has no pods of its own: that it is suspended is for the pool's servers to say, and its plan is the same.
 */
export const planTenant = (
  config: TenantConfig,
  environment: PlanEnvironment,
  options: PlanOptions = served
): Effect.Effect<Plan, PlanRefused> =>
  Effect.andThen(
    Effect.andThen(refuseForeignDomains(config, environment), refuseBackupNames(options)),
    Match.value(config).pipe(
      Match.discriminatorsExhaustive("tier")({
        pooled: (config) => Effect.succeed(planPooled(config, environment)),
        isolated: (config) => planOwn(config, environment, options, shared),
        dedicated: (config) => planOwn(config, environment, options, own)
      })
    )
  )

/** A host name below our own domain belongs to the tenant of that slug. */
const refuseForeignDomains = ({ domains }: TenantConfig, environment: PlanEnvironment) => {
  const problems = domains.flatMap((domain, index) =>
    `.${domain}`.endsWith(`.${environment.domain}`)
      ? [{ field: `domains.${index}`, problem: `expected a domain outside ${environment.domain}, got ${domain}` }]
      : []
  )
  return problems.length > 0 ? Effect.fail(new PlanRefused({ problems })) : Effect.void
}

const refuseBackupNames = ({ backup, restoreFrom }: PlanOptions) => {
  const problems = Object.entries({ backup, restoreFrom }).flatMap(([field, name]) =>
    name === null || isBackupName(name)
      ? []
      : [{ field, problem: "expected letters, digits and hyphens, and .dump at the end" }]
  )
  return problems.length > 0 ? Effect.fail(new PlanRefused({ problems })) : Effect.void
}

/** Pods and database are there already: only the way to them is missing. */
const planPooled = (config: Pooled, environment: PlanEnvironment): Plan => {
  // Not the names of an own tenant's objects, which are in another namespace: they exist side by side for a moment.
  const named = (role: string) => namesOf(config.slug)(`pool-${role}`)
  const labels = labelsOf(config, environment)
  const { namespace, port, service } = environment.pool
  const record = dnsRecord(hostOf(config, environment), environment)
  const domains = customDomains(config, record.name, named)
  return {
    stack: config.slug,
    tier: config.tier,
    mode: environment.mode,
    namespace,
    labels,
    passwords: [],
    secrets: [],
    cloud: [],
    objects: route({
      named,
      namespace,
      labels,
      environment,
      record,
      domains,
      service: { name: service, port },
      dependsOn: []
    }),
    dns: [record],
    domains,
    database: []
  }
}

/** Where a tier's database and cache are, and which of them run in the tenant's namespace. */
interface Foundation {
  readonly residents: (environment: PlanEnvironment) => Omit<Residents, "domains">
  readonly backing: (environment: PlanEnvironment, input: BackingInput) => Backing
}

const shared: Foundation = {
  residents: () => ({ database: false, cache: false }),
  backing: (environment, input) =>
    Match.value(environment).pipe(
      Match.discriminatorsExhaustive("mode")({
        selfhosted: sharedCluster,
        cloud: (environment) => sharedCloud(environment, input)
      })
    )
}

const own: Foundation = {
  residents: (environment) =>
    Match.value(environment).pipe(
      Match.discriminatorsExhaustive("mode")({
        selfhosted: () => ({ database: true, cache: true }),
        cloud: () => ({ database: false, cache: false })
      })
    ),
  backing: (environment, input) =>
    Match.value(environment).pipe(
      Match.discriminatorsExhaustive("mode")({
        selfhosted: (environment) => ownCluster(environment, input),
        cloud: (environment) => ownCloud(environment, input)
      })
    )
}

const planOwn = Effect.fnUntraced(
  function*(
    config: Isolated | Dedicated,
    environment: PlanEnvironment,
    options: PlanOptions,
    foundation: Foundation
  ) {
    if (config.mode !== environment.mode) {
      return yield* new PlanRefused({
        problems: [{
          field: "mode",
          problem: `expected ${environment.mode}, which the environment ${environment.name} is, got ${config.mode}`
        }]
      })
    }
    const named = namesOf(config.slug)
    const namespace = namespaceOf(config.slug)
    const labels = labelsOf(config, environment)
    const record = dnsRecord(hostOf(config, environment), environment)
    const domains = customDomains(config, record.name, named)
    const sizing = yield* sizingOf(config.quotas, {
      ...foundation.residents(environment),
      // A place for a solver is kept also while there is no domain: one may be added at any time.
      domains: Math.max(1, domains.length)
    })
    const backing = foundation.backing(environment, { config, namespace, named, labels, sizing })
    const tenant: OwnTenant = {
      config,
      environment,
      options,
      namespace,
      host: record.name,
      named,
      labels,
      sizing,
      backing
    }
    const variables = serverEnvironment(tenant)
    yield* checkServerEnvironment(variables)
    const job = databaseJob(tenant)
    const restored = restore(tenant, job.name)
    const prepared = [job.name, ...restored.map(({ name }) => name)]
    const moved = move(tenant, variables, prepared)
    const objects = [
      ...quota(tenant),
      ...access(tenant),
      ...networkPolicies(tenant),
      ...authoritiesOf(tenant),
      ...configuration(tenant),
      ...backing.objects,
      ...job.objects,
      ...restored,
      // It stops before its database is taken away.
      ...server(tenant, variables, options.release ? [] : [...prepared, ...beforeServer(options, moved)]),
      ...moved,
      ...availability(tenant),
      ...service(tenant),
      ...backup(tenant, job.name),
      ...backupNow(tenant, job.name),
      ...route({
        named,
        namespace,
        labels,
        environment,
        record,
        domains,
        service: { name: fixedNames.server, port: servicePort },
        dependsOn: [named("service")]
      })
    ]
    const plan: Plan = {
      stack: config.slug,
      tier: config.tier,
      mode: environment.mode,
      namespace,
      labels,
      passwords: passwords(tenant),
      secrets: secrets(tenant, variables),
      cloud: backing.cloud,
      objects: [
        ...namespaceObject(tenant),
        ...priority(tenant),
        ...objects.map(inNamespace(named("namespace"), named("deny-all")))
      ],
      dns: [record],
      domains,
      database: statementsOf(tenant)
    }
    return options.release ? released(plan) : plan
  }
)

/** The data comes before the server that works with it. */
const beforeServer = ({ move }: PlanOptions, moved: ReadonlyArray<KubernetesObject>) =>
  move?.direction === "in" ? moved.map(({ name }) => name) : []

/** What is in the namespace comes after it, and pods come after the policy that closes it. */
const inNamespace = (namespace: string, closed: string) => (object: KubernetesObject): KubernetesObject => ({
  ...object,
  dependsOn: runsPods(object) ? [namespace, closed, ...object.dependsOn] : [namespace, ...object.dependsOn]
})

const runsPods = ({ manifest: { kind } }: KubernetesObject) =>
  kind === "Deployment" || kind === "StatefulSet" || kind === "Job" || kind === "CronJob"
