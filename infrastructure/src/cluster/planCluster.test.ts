import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Manifest } from "../plan/Plan.ts"
import { decodePlanEnvironment } from "../plan/PlanEnvironment.ts"
import { clusterInput, clusterSettings, route53 } from "../testing/cluster.fixture.ts"
import { cloudInput, environments, selfhostedInput } from "../testing/environments.fixture.ts"
import { problemsOf } from "../testing/manifests.fixture.ts"
import { modes, oneOfEach, plan as planOf } from "../testing/tenants.fixture.ts"
import { type ClusterSettings, decodeClusterSettings } from "./ClusterSettings.ts"
import { type ClusterPlan, planCluster } from "./planCluster.ts"

const plan = (mode: "selfhosted" | "cloud", settings = clusterSettings) =>
  planCluster("cluster", environments[mode], settings)

const things = ({ cloud, objects, secrets }: ClusterPlan) => [...cloud, ...objects, ...secrets]

/** Whether the first is made before the second in every order that keeps to the dependencies. */
const comesBefore = (plan: ClusterPlan, first: string, second: string): boolean => {
  const dependsOn = things(plan).find(({ name }) => name === second)?.dependsOn ?? []
  return dependsOn.includes(first) || dependsOn.some((between) => comesBefore(plan, first, between))
}

const releaseOf = ({ cloud }: ClusterPlan, name: string) => cloud.find((resource) => resource.name === name)?.inputs

const at = (value: unknown, ...path: ReadonlyArray<string>) =>
  path.reduce<unknown>(
    (value, key) => typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined,
    value
  )

/** Images of the containers of one object. */
const imagesOf = (manifest: Manifest) =>
  manifest.kind === "Deployment" || manifest.kind === "StatefulSet" || manifest.kind === "Job"
    ? manifest.spec?.template.spec?.containers.map(({ image }) => image) ?? []
    : []

/** Processor time that all pods of a plan ask for together. */
const millicores = ({ objects }: ClusterPlan) =>
  objects.flatMap(({ manifest }) =>
    manifest.kind === "Deployment" || manifest.kind === "StatefulSet" || manifest.kind === "Job"
      ? manifest.spec?.template.spec?.containers.map(({ resources }) =>
        Number.parseInt(`${resources?.requests?.["cpu"]}`)
      ) ?? []
      : []
  ).reduce((sum, cpu) => sum + cpu, 0)

describe("planCluster", () => {
  it.effect("makes manifests that Kubernetes, cert-manager and Traefik take, with every field known", () =>
    Effect.forEach(
      modes,
      (mode) =>
        Effect.map(
          plan(mode),
          ({ objects }) => assert.deepStrictEqual(objects.flatMap(({ manifest }) => problemsOf(manifest)), [])
        )
    ))

  it.effect("gives every thing a name with the stack's prefix, once, and depends on what is there", () =>
    Effect.forEach(modes, (mode) =>
      Effect.map(plan(mode), (plan) => {
        const names = [...things(plan), ...plan.passwords].map(({ name }) => name)
        assert.strictEqual(new Set(names).size, names.length)
        for (const name of names) assert.match(name, /^cluster-[a-z0-9-]+$/)
        for (const { dependsOn } of things(plan)) for (const name of dependsOn) assert.include(names, name)
      })))

  it.effect("makes an object of a CRD after the release that brings the CRD, and after its webhook answers", () =>
    Effect.forEach(modes, (mode) =>
      Effect.map(plan(mode), (plan) => {
        const custom = plan.objects.filter(({ manifest }) =>
          /cert-manager\.io|traefik\.io/.test(manifest.apiVersion ?? "")
        )
        assert.strictEqual(custom.length, 4)
        for (const { manifest, name } of custom) {
          const release = manifest.apiVersion?.startsWith("traefik") === true ? "traefik" : "cert-manager"
          assert.isTrue(comesBefore(plan, `cluster-${release}`, name), name)
          assert.include(releaseOf(plan, `cluster-${release}`), { skipAwait: false, atomic: true })
        }
      })))

  it.effect("makes what is in a namespace after it, and volumes after Longhorn", () =>
    Effect.map(plan("selfhosted"), (plan) => {
      const namespaces = new Map(
        plan.objects.flatMap(({ manifest, name }) =>
          manifest.kind === "Namespace" ? [[manifest.metadata?.name, name]] : []
        )
      )
      for (const { manifest, name } of plan.objects) {
        const within = manifest.metadata?.namespace
        if (within !== undefined) assert.isTrue(comesBefore(plan, namespaces.get(within) ?? "", name), name)
        if (manifest.kind === "PersistentVolumeClaim") assert.isTrue(comesBefore(plan, "cluster-longhorn", name), name)
      }
    }))

  it.effect("starts solvers without a port on the nodes, for trials and in earnest", () =>
    Effect.map(plan("selfhosted"), ({ objects }) => {
      const issuers = objects.flatMap(({ manifest }) => manifest.kind === "ClusterIssuer" ? [manifest] : [])
      assert.deepStrictEqual(issuers.map(({ metadata }) => metadata?.name), [
        "letsencrypt-staging",
        "letsencrypt-production"
      ])
      for (const { spec } of issuers) {
        const [byRecord, overHttp] = spec.acme?.solvers ?? []
        assert.deepStrictEqual(byRecord?.selector, { dnsZones: ["innkeeper.example"] })
        assert.strictEqual(overHttp?.http01?.ingress?.serviceType, "ClusterIP")
      }
    }))

  it.effect("presents a wildcard certificate of the environment's issuer by default", () =>
    Effect.map(plan("cloud"), ({ objects }) => {
      const certificate = objects.flatMap(({ manifest }) => manifest.kind === "Certificate" ? [manifest] : [])[0]
      const store = objects.flatMap(({ manifest }) => manifest.kind === "TLSStore" ? [manifest] : [])[0]
      assert.deepStrictEqual(certificate?.spec?.dnsNames, ["innkeeper.example", "*.innkeeper.example"])
      assert.strictEqual(certificate?.spec?.issuerRef.name, environments.cloud.issuer)
      assert.strictEqual(store?.metadata?.name, "default")
      assert.strictEqual(store?.metadata?.namespace, certificate?.metadata?.namespace)
      assert.strictEqual(store?.spec.defaultCertificate?.secretName, certificate?.spec?.secretName)
    }))

  it.effect("leaves the StorageClass longhorn to Longhorn, so that it exists once, and keeps volumes", () =>
    Effect.map(plan("selfhosted"), (plan) => {
      const classes = plan.objects.flatMap(({ manifest }) => manifest.kind === "StorageClass" ? [manifest] : [])
      assert.notInclude(classes.map(({ metadata }) => metadata?.name), "longhorn")
      assert.deepInclude(releaseOf(plan, "cluster-longhorn"), {
        chart: "longhorn",
        version: "1.12.1",
        values: { persistence: { defaultClass: true, defaultClassReplicaCount: 3, reclaimPolicy: "Retain" } }
      })
    }))

  it.effect("has a class for the dumps of tenants whose volumes go with their pods", () =>
    Effect.gen(function*() {
      const classes = (yield* plan("selfhosted")).objects.flatMap(({ manifest }) =>
        manifest.kind === "StorageClass" ? [manifest] : []
      )
      const tenants = oneOfEach.filter(({ mode, tier }) => mode === "selfhosted" && tier !== "pooled")
      for (const { objects } of yield* Effect.forEach(tenants, (tenant) => planOf(tenant))) {
        const asked = objects.flatMap(({ manifest }) =>
          manifest.kind === "CronJob"
            ? manifest.spec?.jobTemplate.spec?.template.spec?.volumes?.flatMap(({ ephemeral }) =>
              ephemeral?.volumeClaimTemplate?.spec.storageClassName ?? []
            ) ?? []
            : []
        )
        assert.strictEqual(asked.length, 1)
        assert.include(classes.find(({ metadata }) => metadata?.name === asked[0]), { reclaimPolicy: "Delete" })
      }
    }))

  it.effect("has no Longhorn where volumes are of another class, and no stores in the cloud", () =>
    Effect.gen(function*() {
      const other = yield* decodePlanEnvironment({ ...selfhostedInput, storageClass: "local-path" })
      const names = (plan: ClusterPlan) => plan.cloud.map(({ name }) => name)
      assert.notInclude(names(yield* planCluster("cluster", other, clusterSettings)), "cluster-longhorn")
      const cloud = yield* plan("cloud")
      assert.deepStrictEqual(names(cloud), ["cluster-cert-manager", "cluster-traefik"])
      assert.notInclude(cloud.objects.map(({ manifest }) => manifest.kind), "StatefulSet")
    }))

  it.effect("runs the pinned versions", () =>
    Effect.map(plan("selfhosted"), (plan) => {
      const images = plan.objects.flatMap(({ manifest }) => imagesOf(manifest))
      assert.sameMembers(images, [
        "registry.k8s.io/external-dns/external-dns:v0.22.0",
        "grafana/alloy:v1.13.0",
        "postgres:18.4-bookworm",
        "redis:8.6.0-alpine",
        "dxflrs/garage:v2.2.0",
        "curlimages/curl:8.17.0"
      ])
      assert.deepInclude(releaseOf(plan, "cluster-cert-manager"), { version: "v1.21.1" })
      assert.deepInclude(releaseOf(plan, "cluster-traefik"), { version: "42.4.1" })
    }))

  it.effect("puts stores where tenants look for them", () =>
    Effect.map(plan("selfhosted"), ({ objects }) => {
      const { backup, cache, database } = environments.selfhosted.mode === "selfhosted"
        ? environments.selfhosted
        : assert.fail("the environment is self-hosted")
      for (const { host, labels, namespace, port } of [database, cache, backup]) {
        const service = objects.flatMap(({ manifest }) =>
          manifest.kind === "Service" && manifest.metadata?.namespace === namespace ? [manifest] : []
        )[0]
        assert.strictEqual(`${service?.metadata?.name}.${namespace}.svc`, host)
        assert.deepStrictEqual(service?.spec?.selector, labels)
        assert.isTrue(
          service?.spec?.ports?.some((open) =>
            open.port === port
          )
        )
        const pods = objects.flatMap(({ manifest }) =>
          (manifest.kind === "StatefulSet" || manifest.kind === "Deployment") &&
            manifest.metadata?.namespace === namespace
            ? [manifest.spec?.template.metadata?.labels]
            : []
        )
        assert.strictEqual(pods.length, 1)
        assert.deepInclude(pods[0], labels)
      }
    }))

  it.effect("gives cert-manager and external-dns a role instead of a token on Route 53", () =>
    Effect.gen(function*() {
      const settings = yield* decodeClusterSettings({ ...clusterInput, dns: route53 })
      const { cloud, secrets } = yield* plan("cloud", settings)
      assert.deepStrictEqual(secrets, [])
      assert.deepInclude(cloud[0]?.inputs["values"], {
        serviceAccount: { annotations: { "eks.amazonaws.com/role-arn": route53.role } }
      })
    }))

  it.effect("needs no domain on a trial cluster: signs by itself, makes no records, asks for less", () =>
    Effect.gen(function*() {
      const environment = yield* decodePlanEnvironment({ ...selfhostedInput, issuer: "self-signed" })
      const settings = yield* decodeClusterSettings({ ...clusterInput, dns: { provider: "none" }, scale: "trial" })
      const trial = yield* planCluster("cluster", environment, settings)
      assert.deepStrictEqual(trial.objects.flatMap(({ manifest }) => problemsOf(manifest)), [])
      const issuers = trial.objects.flatMap(({ manifest }) => manifest.kind === "ClusterIssuer" ? [manifest.spec] : [])
      assert.deepStrictEqual(issuers, [{ selfSigned: {} }])
      assert.notInclude(JSON.stringify(trial), "external-dns")
      const earnest = yield* plan("selfhosted")
      assert.isBelow(millicores(trial), millicores(earnest) / 4)
      assert.isBelow(millicores(trial), 1500)
    }))

  it.effect("waits for no load balancer on a trial cluster, and has ingresses say the environment's address", () =>
    Effect.gen(function*() {
      const trial = yield* decodeClusterSettings({ ...clusterInput, scale: "trial" })
      const valuesFor = Effect.fnUntraced(function*(address: string, settings: ClusterSettings) {
        const ingress = { ...selfhostedInput.ingress, address }
        const environment = yield* decodePlanEnvironment({ ...selfhostedInput, ingress })
        const values = releaseOf(yield* planCluster("cluster", environment, settings), "cluster-traefik")?.["values"]
        return {
          type: at(values, "service", "spec", "type"),
          published: at(values, "providers", "kubernetesIngress", "publishedService", "enabled"),
          endpoint: [at(values, "additionalArguments")].flat().filter((text) => `${text}`.includes("ingressendpoint"))
        }
      })
      assert.deepStrictEqual(yield* valuesFor("127.0.0.1", trial), {
        type: "ClusterIP",
        published: false,
        endpoint: ["--providers.kubernetesingress.ingressendpoint.ip=127.0.0.1"]
      })
      assert.deepStrictEqual((yield* valuesFor("trial.example", trial)).endpoint, [
        "--providers.kubernetesingress.ingressendpoint.hostname=trial.example"
      ])
      assert.deepStrictEqual(yield* valuesFor("127.0.0.1", clusterSettings), {
        type: undefined,
        published: true,
        endpoint: []
      })
    }))

  it.effect("refuses an environment that it would not make true, by the field's path", () =>
    Effect.gen(function*() {
      const refusal = (changes: object) =>
        Effect.gen(function*() {
          const environment = yield* decodePlanEnvironment({ ...selfhostedInput, ...changes })
          return (yield* Effect.flip(planCluster("cluster", environment, clusterSettings))).message
        })
      assert.match(yield* refusal({ issuer: "other" }), /^environment\.issuer: expected letsencrypt-staging or/)
      assert.match(
        yield* refusal({ database: { ...selfhostedInput.database, host: "db.example" } }),
        /^environment\.database: expected a service such as database\.database\.svc, got db\.example$/
      )
      assert.match(
        yield* refusal({ ingress: { ...cloudInput.ingress, labels: { app: "traefik" } } }),
        /^environment\.ingress\.labels: /
      )
      assert.match(
        yield* refusal({ pool: { ...cloudInput.pool, namespace: "cache" } }),
        /^environment: expected a namespace for each program, got cache for two$/
      )
    }))

  it.effect("refuses settings by the path of every wrong field", () =>
    Effect.map(Effect.flip(decodeClusterSettings({ ...clusterInput, email: "nobody", replicas: 0 })), ({ message }) => {
      assert.match(message, /^cluster\.email: expected an email address/im)
      assert.match(message, /^cluster\.replicas: expected 1 to 10 copies/im)
    }))
})
