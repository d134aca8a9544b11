import { assert, describe, it } from "@effect/vitest"
import { decodeTenantConfig, loadEnvironment } from "@innkeeper/config"
import { ConfigProvider, Effect, Redacted } from "effect"
import { environments } from "../testing/environments.fixture.ts"
import { type Mode, modes, planOf, tenantInput } from "../testing/tenants.fixture.ts"
import type { Manifest, Plan, SecretText } from "./Plan.ts"

const of = (mode: Mode, tier: "isolated" | "dedicated" = "isolated") =>
  planOf(tenantInput(tier, mode), environments[mode])

const all = <const Kind extends Manifest["kind"]>({ objects }: Plan, kind: Kind) =>
  objects.flatMap(({ manifest }) => manifest.kind === kind ? [manifest as Extract<Manifest, { kind: Kind }>] : [])

const serverOf = (plan: Plan) =>
  all(plan, "Deployment").find(({ metadata }) => metadata?.name === "acme-server")?.spec?.template.spec?.containers[0]

describe("the objects of a tenant", () => {
  it.effect("are in a namespace named after it, which Pod Security `restricted` guards", () =>
    Effect.map(of("selfhosted"), (plan) => {
      const [namespace] = all(plan, "Namespace")
      assert.strictEqual(namespace?.metadata?.name, "tenant-acme")
      assert.include(namespace?.metadata?.labels, { "pod-security.kubernetes.io/enforce": "restricted" })
    }))

  it.effect("cannot open the cluster: no load balancer, no port of a node", () =>
    Effect.map(of("selfhosted"), (plan) => {
      assert.include(all(plan, "ResourceQuota")[0]?.spec?.hard, {
        "services.loadbalancers": "0",
        "services.nodeports": "0"
      })
      assert.deepStrictEqual(all(plan, "Service").map(({ spec }) => spec?.type ?? "ClusterIP"), ["ClusterIP"])
    }))

  it.effect("let people look, and see no secret and change nothing", () =>
    Effect.map(of("cloud"), (plan) => {
      const rules = all(plan, "Role").flatMap(({ rules = [] }) => rules)
      assert.deepStrictEqual([...new Set(rules.flatMap(({ verbs }) => verbs))], ["get", "list", "watch"])
      const resources = rules.flatMap(({ resources = [] }) => resources)
      assert.includeMembers(resources, ["pods", "pods/log", "events"])
      assert.notIncludeMembers(resources, ["secrets", "*"])
      assert.deepStrictEqual(all(plan, "RoleBinding")[0]?.subjects?.map(({ kind, name }) => ({ kind, name })), [
        { kind: "Group", name: "innkeeper:tenant:acme:observer" }
      ])
      assert.isFalse(all(plan, "ServiceAccount")[0]?.automountServiceAccountToken)
    }))

  it.effect("are asked for life and readiness where the server answers", () =>
    Effect.map(of("selfhosted"), (plan) => {
      const server = serverOf(plan)
      assert.strictEqual(server?.livenessProbe?.httpGet?.path, "/health/live")
      assert.strictEqual(server?.startupProbe?.httpGet?.path, "/health/live")
      assert.strictEqual(server?.readinessProbe?.httpGet?.path, "/health/ready")
      assert.deepStrictEqual(server?.ports?.map(({ containerPort }) => containerPort), [8080, 34_431])
    }))

  it.effect("stay up while a node is drained, and spread over nodes and zones", () =>
    Effect.map(of("selfhosted"), (plan) => {
      assert.strictEqual(all(plan, "PodDisruptionBudget")[0]?.spec?.maxUnavailable, 1)
      assert.include(all(plan, "HorizontalPodAutoscaler")[0]?.spec, { minReplicas: 2, maxReplicas: 4 })
      const [server] = all(plan, "Deployment")
      assert.isUndefined(server?.spec?.replicas)
      assert.deepStrictEqual(
        server?.spec?.template.spec?.topologySpreadConstraints?.map(({ topologyKey }) => topologyKey),
        ["topology.kubernetes.io/zone", "kubernetes.io/hostname"]
      )
    }))

  it.effect("are reached by their host and by domains of their own, each with its certificate", () =>
    Effect.map(of("selfhosted"), (plan) => {
      const [ingress] = all(plan, "Ingress")
      const [certificate] = all(plan, "Certificate")
      const secretName = certificate?.spec?.secretName
      assert.deepStrictEqual(certificate?.spec?.dnsNames, ["alerts.acme.example"])
      assert.deepStrictEqual(ingress?.spec?.tls, [
        { hosts: ["acme.innkeeper.example"] },
        { hosts: ["alerts.acme.example"], ...(secretName !== undefined && { secretName }) }
      ])
      assert.deepStrictEqual(ingress?.spec?.rules?.map(({ host }) => host), [
        "acme.innkeeper.example",
        "alerts.acme.example"
      ])
      assert.deepStrictEqual(plan.dns, [
        { name: "acme.innkeeper.example", type: "CNAME", target: "ingress.innkeeper.example", ttl: 300 }
      ])
      assert.include(ingress?.metadata?.annotations, {
        "external-dns.alpha.kubernetes.io/hostname": "acme.innkeeper.example",
        "external-dns.alpha.kubernetes.io/target": "ingress.innkeeper.example"
      })
    }))

  it.effect("are backed up each night, without a second backup beside the first", () =>
    Effect.map(of("selfhosted"), (plan) => {
      const [backup] = all(plan, "CronJob")
      assert.match(backup?.spec?.schedule ?? "", /^[0-5]?\d [1-4] \* \* \*$/)
      assert.include(backup?.spec, { concurrencyPolicy: "Forbid", timeZone: "Etc/UTC" })
    }))
})

describe("the environment of a tenant's server", () => {
  const textOf = (text: SecretText) =>
    text.map((part) =>
      typeof part === "string" ? part : part.from === "configuration" ? samples[part.key] : `${part.from}-`.repeat(8)
    ).join("")
  const samples: Record<string, string> = { cacheUrl: "redis://cache.example:6379", smtpUrl: "smtps://mail.example" }

  /** What the server makes of the variables of its pod. */
  const configOf = (plan: Plan) => {
    const secrets = Object.fromEntries(plan.secrets.map(({ objectName, values }) => [objectName, values]))
    const variables = (serverOf(plan)?.env ?? []).map(({ name, value, valueFrom }) => {
      const reference = valueFrom?.secretKeyRef
      if (reference === undefined) return [name, value ?? "10.42.0.7"] as const
      return [name, textOf(secrets[reference.name ?? ""]?.[reference.key] ?? [])] as const
    })
    return loadEnvironment.pipe(
      Effect.provideService(
        ConfigProvider.ConfigProvider,
        ConfigProvider.fromEnvRecord(Object.fromEntries(variables))
      )
    )
  }

  it.effect("is what the contract asks for, in a cluster of one's own", () =>
    Effect.gen(function*() {
      const config = yield* configOf(yield* of("selfhosted"))
      assert.strictEqual(config.environment, "production")
      assert.include(config.http, { host: "0.0.0.0", port: 8080, publicUrl: "https://acme.innkeeper.example" })
      assert.deepStrictEqual(config.http.trustedProxies, ["10.42.0.0/16"])
      assert.include(config.cluster, { mode: "cluster", runnerHost: "10.42.0.7", runnerPort: 34_431 })
      assert.isFalse(config.database.ssl)
      assert.strictEqual(config.mail.from, "Acme <bell@acme.example>")
      assert.include(config.telemetry, { otlpEndpoint: "http://alloy.telemetry.svc:4318", logFormat: "json" })
    }))

  it.effect("speaks TLS to RDS with its certificates, and to ElastiCache with those that Node.js has", () =>
    Effect.gen(function*() {
      const plan = yield* of("cloud", "dedicated")
      const { database, redis } = yield* configOf(plan)
      assert.isTrue(database.ssl)
      const mount = serverOf(plan)?.volumeMounts?.find(({ mountPath }) => database.sslCa?.startsWith(`${mountPath}/`))
      const volume = all(plan, "Deployment")[0]?.spec?.template.spec?.volumes?.find(({ name }) => name === mount?.name)
      const map = all(plan, "ConfigMap").find(({ metadata }) => metadata?.name === volume?.configMap?.name)
      assert.match(map?.data?.[database.sslCa?.split("/").at(-1) ?? ""] ?? "", /^-----BEGIN CERTIFICATE-----/)
      assert.match(Redacted.value(redis.url!), /^rediss:/)
      assert.isUndefined(redis.ca)
      assert.notInclude(Redacted.value(database.url!), "sslmode")
    }))

  it.effect("has the tenant's configuration as a file, which the server enters in its registry and the next one reads anew", () =>
    Effect.gen(function*() {
      const statedBy = Effect.fnUntraced(function*(changes: Record<string, unknown>) {
        const plan = yield* planOf(tenantInput("isolated", "selfhosted", changes), environments.selfhosted)
        const { tenants } = yield* configOf(plan)
        const template = all(plan, "Deployment").find(({ metadata }) => metadata?.name === "acme-server")?.spec
          ?.template
        const mount = template?.spec?.containers[0]?.volumeMounts?.find(({ mountPath }) => mountPath === tenants.folder)
        const volume = template?.spec?.volumes?.find(({ name }) => name === mount?.name)
        const map = all(plan, "ConfigMap").find(({ metadata }) => metadata?.name === volume?.configMap?.name)
        return { tenants, mount, files: map?.data ?? {}, annotations: template?.metadata?.annotations }
      })
      const { annotations, files, mount, tenants } = yield* statedBy({})
      assert.strictEqual(tenants.source, "yaml")
      assert.isTrue(mount?.readOnly)
      assert.deepStrictEqual(Object.keys(files), ["acme.json"])
      assert.deepStrictEqual(
        yield* decodeTenantConfig(JSON.parse(files["acme.json"] ?? "")),
        yield* decodeTenantConfig(tenantInput("isolated", "selfhosted"))
      )
      const again = yield* statedBy({})
      assert.deepStrictEqual(again.annotations, annotations)
      const renamed = yield* statedBy({ name: "Acme Inns" })
      assert.notDeepEqual(renamed.annotations, annotations)
    }))

  it.effect("leaves the pools of all servers within what the login may open", () =>
    Effect.forEach(modes, (mode) =>
      Effect.gen(function*() {
        const plan = yield* of(mode, "dedicated")
        const { database } = yield* configOf(plan)
        const limits = plan.database.flatMap(({ sql }) =>
          /_app" PASSWORD .* CONNECTION LIMIT (\d+)/.exec(sql)?.[1] ?? []
        )
        const servers = all(plan, "HorizontalPodAutoscaler")[0]!.spec!.maxReplicas + 1
        assert.isAtLeast(Number(limits[0]), servers * database.maxConnections)
      })))
  it.effect("fits into what a database of the tenant's own lets in, with backups and a superuser beside all logins", () =>
    Effect.map(of("selfhosted", "dedicated"), (plan) => {
      const args = all(plan, "StatefulSet")[0]?.spec?.template.spec?.containers[0]?.args ?? []
      const most = Number(/max_connections=(\d+)/.exec(args.join(" "))?.[1])
      const limits = plan.database.flatMap(({ sql }) => /CONNECTION LIMIT (\d+)/.exec(sql)?.[1] ?? []).map(Number)
      assert.strictEqual(limits.length, 3)
      assert.isAtLeast(most, limits.reduce((sum, limit) => sum + limit) + 10)
    }))
})
