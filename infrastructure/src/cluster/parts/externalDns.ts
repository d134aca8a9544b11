import { kubernetesObject } from "../../plan/kubernetesObject.ts"
import { containerSecurity, fromSecret, podSecurity } from "../../plan/pod.ts"
import { type ClusterInput, part } from "../ClusterPart.ts"
import { sized } from "../sized.ts"
import { images } from "../versions.ts"
import { clusterNamespace, namespaceName } from "./namespaces.ts"

const namespace = "external-dns"
const name = "external-dns"
const user = 65_532

/** Keeps the records of the domain that ingresses name, and touches none that it did not make. */
export const externalDns = (input: ClusterInput) => {
  const { environment, labels, named, settings: { dns } } = input
  if (dns.provider === "none") return part({})
  const token = named("external-dns-secrets")
  const selector = { "app.kubernetes.io/name": name }
  const metadata = { name, namespace, labels: { ...labels, ...selector } }
  const inNamespace = { dependsOn: [namespaceName(input, namespace)] }
  return part({
    secrets: dns.provider === "cloudflare"
      ? [{
        name: token,
        objectName: name,
        namespace,
        labels,
        values: { CF_API_TOKEN: [{ from: "configuration", key: "dnsToken" }] },
        ...inNamespace,
        protect: false
      }]
      : [],
    objects: [
      clusterNamespace(input, namespace, "restricted"),
      kubernetesObject(named("external-dns-account"), {
        apiVersion: "v1",
        kind: "ServiceAccount",
        metadata: {
          ...metadata,
          ...(dns.provider === "route53" && { annotations: { "eks.amazonaws.com/role-arn": dns.role } })
        }
      }, inNamespace),
      kubernetesObject(named("external-dns-role"), {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRole",
        metadata: { name: named(name), labels },
        rules: [{ apiGroups: ["networking.k8s.io"], resources: ["ingresses"], verbs: ["get", "list", "watch"] }]
      }),
      kubernetesObject(named("external-dns-binding"), {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRoleBinding",
        metadata: { name: named(name), labels },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: named(name) },
        subjects: [{ kind: "ServiceAccount", name, namespace }]
      }, { dependsOn: [named("external-dns-role"), named("external-dns-account")] }),
      kubernetesObject(named("external-dns"), {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata,
        spec: {
          replicas: 1,
          strategy: { type: "Recreate" },
          selector: { matchLabels: selector },
          template: {
            metadata: { labels: { ...labels, ...selector } },
            spec: {
              ...podSecurity(user),
              automountServiceAccountToken: true,
              serviceAccountName: name,
              containers: [{
                name,
                image: images.externalDns,
                args: [
                  "--source=ingress",
                  `--provider=${dns.provider === "route53" ? "aws" : "cloudflare"}`,
                  `--domain-filter=${environment.domain}`,
                  "--policy=sync",
                  "--registry=txt",
                  `--txt-owner-id=innkeeper-${environment.name}`,
                  "--interval=1m"
                ],
                ...(dns.provider === "route53"
                  ? { env: [{ name: "AWS_DEFAULT_REGION", value: dns.region }] }
                  : { env: fromSecret(name, ["CF_API_TOKEN"]) }),
                ports: [{ name: "http", containerPort: 7979 }],
                resources: sized(input.settings, { cpu: 50, memory: 128 }),
                securityContext: containerSecurity,
                livenessProbe: { httpGet: { path: "/healthz", port: "http" }, periodSeconds: 10 },
                readinessProbe: { httpGet: { path: "/healthz", port: "http" }, periodSeconds: 10 }
              }]
            }
          }
        }
      }, { dependsOn: [named("external-dns-binding"), ...(dns.provider === "cloudflare" ? [token] : [])] })
    ]
  })
}
