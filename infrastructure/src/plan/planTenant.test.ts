import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { environments } from "../testing/environments.fixture.ts"
import { decoded, oneOfEach, plan, tenantInput, tenants } from "../testing/tenants.fixture.ts"
import { isName } from "./names.ts"
import type { KubernetesObject, Plan } from "./Plan.ts"
import { planTenant } from "./planTenant.ts"

const logical = ({ cloud, objects, passwords, secrets }: Plan) =>
  [...objects, ...secrets, ...cloud, ...passwords].map(({ name }) => name)

const manifestsOf = ({ objects }: Plan) => objects.map(({ manifest }) => manifest)

/** Pods that the object makes, whatever wraps them. */
const podOf = ({ manifest }: KubernetesObject) => {
  if (manifest.kind === "CronJob") return manifest.spec?.jobTemplate.spec?.template.spec
  return manifest.kind === "Deployment" || manifest.kind === "StatefulSet" || manifest.kind === "Job"
    ? manifest.spec?.template.spec
    : undefined
}

const pods = (plan: Plan) =>
  plan.objects.flatMap((object) => {
    const pod = podOf(object)
    return pod ? [{ name: object.name, pod, containers: [...pod.initContainers ?? [], ...pod.containers] }] : []
  })

describe("planTenant", () => {
  it.effect.prop(
    "names everything once, by the stack's name and as a DNS label",
    [tenants],
    ([tenant]) =>
      Effect.map(plan(tenant), (plan) => {
        const names = logical(plan)
        assert.deepStrictEqual(names.filter((name) => !name.startsWith(`${plan.stack}-`) || !isName(name)), [])
        assert.strictEqual(new Set(names).size, names.length)
        const objects = [
          ...manifestsOf(plan).map(({ kind, metadata }) => ({ kind, name: metadata?.name ?? "" })),
          ...plan.secrets.map(({ objectName }) => ({ kind: "Secret", name: objectName }))
        ]
        assert.deepStrictEqual(objects.filter(({ name }) => !isName(name)), [])
        assert.strictEqual(new Set(objects.map(({ kind, name }) => `${kind}/${name}`)).size, objects.length)
      })
  )

  it.effect.prop(
    "keeps to the narrower rules of some kinds",
    [tenants],
    ([tenant]) =>
      Effect.map(plan(tenant), (plan) => {
        const names = (...kinds: ReadonlyArray<string>) =>
          manifestsOf(plan).filter(({ kind }) => kinds.includes(kind)).map(({ metadata }) => metadata?.name ?? "")
        // RFC 1035 (https://kubernetes.io/docs/concepts/overview/working-with-objects/names/).
        for (const name of names("Service")) assert.match(name, /^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/)
        // Kubernetes adds 11 characters to make the names of a CronJob's jobs, and a label of a StatefulSet's pods.
        for (const name of names("CronJob", "StatefulSet")) assert.isAtMost(name.length, 52)
      })
  )

  it.effect.prop(
    "depends on nothing that the plan does not have, and on nothing in a circle",
    [tenants],
    ([tenant]) =>
      Effect.map(plan(tenant), (plan) => {
        const named = [...plan.objects, ...plan.secrets, ...plan.cloud]
        const waiting = new Map(named.map(({ dependsOn, name }) => [name, new Set(dependsOn)]))
        while (waiting.size > 0) {
          const ready = [...waiting].filter(([, dependsOn]) => dependsOn.size === 0).map(([name]) => name)
          assert.isNotEmpty(
            ready,
            `in a circle or missing: ${JSON.stringify([...waiting].map(([name, on]) => [name, ...on]))}`
          )
          for (const name of ready) waiting.delete(name)
          for (const dependsOn of waiting.values()) for (const name of ready) dependsOn.delete(name)
        }
      })
  )

  it.effect.prop(
    "refers to passwords and resources that the plan has",
    [tenants],
    ([tenant]) =>
      Effect.map(plan(tenant), (plan) => {
        const texts = [
          ...plan.secrets.flatMap(({ values }) => Object.values(values)),
          ...plan.cloud.flatMap(({ references }) => Object.values(references))
        ]
        const missing = texts.flat().filter((part) =>
          typeof part !== "string" &&
          (part.from === "password" && !plan.passwords.some(({ name }) => name === part.name) ||
            part.from === "resource" && !plan.cloud.some(({ name }) => name === part.name))
        )
        assert.deepStrictEqual(missing, [])
      })
  )

  it.effect.prop(
    "gives each pod the secrets, maps and volumes that it names",
    [tenants],
    ([tenant]) =>
      Effect.map(plan(tenant), (plan) => {
        const keys = new Set(
          plan.secrets.flatMap(({ objectName, values }) => Object.keys(values).map((key) => `${objectName}/${key}`))
        )
        const has = (kind: string, name: string | undefined) =>
          plan.objects.some(({ manifest }) => manifest.kind === kind && manifest.metadata?.name === name)
        for (const { containers, pod } of pods(plan)) {
          for (const { env = [], volumeMounts = [] } of containers) {
            const references = env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef ?? [])
            assert.deepStrictEqual(references.filter(({ key, name }) => !keys.has(`${name}/${key}`)), [])
            assert.deepStrictEqual(
              volumeMounts.filter(({ name }) => !pod.volumes?.some((volume) => volume.name === name)),
              []
            )
          }
          for (const { configMap, persistentVolumeClaim } of pod.volumes ?? []) {
            if (configMap) assert.isTrue(has("ConfigMap", configMap.name))
            if (persistentVolumeClaim) assert.isTrue(has("PersistentVolumeClaim", persistentVolumeClaim.claimName))
          }
          assert.isTrue(has("ServiceAccount", pod.serviceAccountName))
          assert.isTrue(has("PriorityClass", pod.priorityClassName))
        }
      })
  )

  it.effect.prop(
    "labels everything with its tenant and its cost centre",
    [tenants],
    ([tenant]) =>
      Effect.map(plan(tenant), (plan) => {
        const labelled = [
          ...manifestsOf(plan).map(({ metadata }) => metadata?.labels),
          ...plan.secrets.map(({ labels }) => labels),
          // What belongs to a bucket or a role has no tags of its own.
          ...plan.cloud.filter(({ references: { bucket, role } }) => bucket === undefined && role === undefined)
            .map(({ inputs }) => inputs["tags"])
        ]
        for (const labels of labelled) {
          assert.include(labels, { "innkeeper/tenant": tenant.config.slug, "innkeeper/cost-centre": "platform" })
        }
      })
  )

  it.effect.prop("keeps to the tenant's namespace", [tenants], ([tenant]) =>
    Effect.map(plan(tenant), (plan) => {
      const clusterWide = ["Namespace", "PriorityClass"]
      const strays = manifestsOf(plan).filter(({ kind, metadata }) =>
        clusterWide.includes(kind) ? metadata?.namespace !== undefined : metadata?.namespace !== plan.namespace
      )
      assert.deepStrictEqual(strays, [])
      assert.deepStrictEqual(plan.secrets.filter(({ namespace }) => namespace !== plan.namespace), [])
    }))

  it.effect.prop("runs no pod that Pod Security `restricted` would refuse, and none with a token or a writable root", [
    tenants
  ], ([tenant]) =>
    Effect.map(plan(tenant), (plan) => {
      for (const { containers, pod } of pods(plan)) {
        assert.isFalse(pod.automountServiceAccountToken)
        assert.include(pod.securityContext, { runAsNonRoot: true })
        assert.deepStrictEqual(pod.securityContext?.seccompProfile, { type: "RuntimeDefault" })
        for (const { image, resources, securityContext } of containers) {
          assert.deepStrictEqual(securityContext, {
            allowPrivilegeEscalation: false,
            capabilities: { drop: ["ALL"] },
            privileged: false,
            readOnlyRootFilesystem: true,
            runAsNonRoot: true
          })
          assert.match(image ?? "", /:v?\d+\.\d+|@sha256:/)
          assert.deepStrictEqual(Object.keys(resources?.limits ?? {}), ["cpu", "memory"])
        }
      }
    }))

  it.effect.prop("probes what serves", [tenants], ([tenant]) =>
    Effect.map(plan(tenant), ({ objects }) => {
      for (const object of objects) {
        if (object.manifest.kind !== "Deployment" && object.manifest.kind !== "StatefulSet") continue
        for (const container of podOf(object)?.containers ?? []) {
          assert.isDefined(container.livenessProbe, object.name)
          assert.isDefined(container.readinessProbe, object.name)
        }
      }
    }))

  it.effect.prop(
    "rolls out servers without ever having fewer",
    [tenants],
    ([tenant]) =>
      Effect.map(plan(tenant), ({ objects, stack }) => {
        for (const { manifest } of objects) {
          if (manifest.kind !== "Deployment" || manifest.metadata?.name !== `${stack}-server`) continue
          assert.deepStrictEqual(manifest.spec?.strategy, {
            type: "RollingUpdate",
            rollingUpdate: { maxSurge: 1, maxUnavailable: 0 }
          })
        }
      })
  )

  it.effect.prop(
    "is the same for the same input",
    [tenants],
    ([tenant]) =>
      Effect.map(Effect.all([plan(tenant), plan(tenant)]), ([one, other]) => assert.deepStrictEqual(one, other))
  )

  it.effect("builds for a pooled tenant only the way to it", () =>
    Effect.map(planTenant(decoded(tenantInput("pooled", "cloud")), environments.cloud), (plan) => {
      assert.deepStrictEqual(manifestsOf(plan).map(({ kind }) => kind), ["Certificate", "Ingress"])
      assert.strictEqual(plan.namespace, "innkeeper")
    }))

  it.effect("protects what holds data from deletion", () =>
    Effect.gen(function*() {
      const kept = yield* Effect.forEach(oneOfEach, (tenant) =>
        Effect.map(plan(tenant), (plan) => [
          `${tenant.mode} ${tenant.tier}`,
          [...plan.objects, ...plan.cloud].filter(({ protect }) => protect).map(({ name }) => name)
        ]))
      const store = ["", "-private", "-encryption", "-versions", "-lifecycle"].map((part) => `acme-backups${part}`)
      assert.deepStrictEqual(Object.fromEntries(kept), {
        "selfhosted pooled": [],
        "selfhosted isolated": ["acme-namespace"],
        "selfhosted dedicated": ["acme-namespace", "acme-database-volume", "acme-database-set"],
        "cloud pooled": [],
        "cloud isolated": ["acme-namespace", ...store],
        "cloud dedicated": ["acme-namespace", ...store, "acme-database"]
      })
    }))
})
