import type { IClusterIssuer } from "@kubernetes-models/cert-manager/cert-manager.io/v1/ClusterIssuer"
import { kubernetesObject } from "../../plan/kubernetesObject.ts"
import { type ClusterInput, part } from "../ClusterPart.ts"
import type { ClusterSettings } from "../ClusterSettings.ts"
import { release } from "../release.ts"
import { charts } from "../versions.ts"
import { clusterNamespace, namespaceName } from "./namespaces.ts"

const namespace = "cert-manager"
const tokenSecret = "dns-token"

const servers = {
  "letsencrypt-staging": "https://acme-staging-v02.api.letsencrypt.org/directory",
  "letsencrypt-production": "https://acme-v02.api.letsencrypt.org/directory"
}

const selfSigned = "self-signed"

/** ClusterIssuers that an environment may name. */
export const issuersOf = ({ dns }: ClusterSettings): ReadonlyArray<string> =>
  dns.provider === "none" ? [selfSigned] : Object.keys(servers)

/** How each issuer signs. */
const specsOf = (
  { environment, settings: { dns, email } }: ClusterInput
): Readonly<Record<string, IClusterIssuer["spec"]>> => {
  if (dns.provider === "none") return { [selfSigned]: { selfSigned: {} } }
  // A record of the domain alone proves what wildcards need.
  const byRecord = dns.provider === "route53"
    // With the role of cert-manager's own account.
    ? { route53: { region: dns.region } }
    : { cloudflare: { apiTokenSecretRef: { name: tokenSecret, key: "token" } } }
  return Object.fromEntries(
    Object.entries(servers).map(([name, server]) => [name, {
      acme: {
        email,
        server,
        privateKeySecretRef: { name },
        solvers: [
          { selector: { dnsZones: [environment.domain] }, dns01: byRecord },
          { http01: { ingress: { ingressClassName: environment.ingress.class, serviceType: "ClusterIP" } } }
        ]
      }
    }])
  )
}

/**
 * cert-manager with its CRDs, and Let's Encrypt for trials and in earnest. The domain's own names are proven by a record,
 * and tenants' own domains over HTTP, by a solver whose service needs no port on the nodes: the tenants' quotas have none.
 */
export const certManager = (input: ClusterInput) => {
  const { labels, named, settings: { dns } } = input
  const chart = named("cert-manager")
  const token = named("dns-token-secrets")
  return part({
    cloud: [
      release(chart, charts.certManager, { name: namespace, logicalName: namespaceName(input, namespace) }, {
        crds: { enabled: true, keep: true },
        ...(dns.provider === "route53" && {
          serviceAccount: { annotations: { "eks.amazonaws.com/role-arn": dns.role } }
        })
      })
    ],
    secrets: dns.provider === "cloudflare"
      ? [{
        name: token,
        objectName: tokenSecret,
        namespace,
        labels,
        values: { token: [{ from: "configuration", key: "dnsToken" }] },
        dependsOn: [namespaceName(input, namespace)],
        protect: false
      }]
      : [],
    objects: [
      clusterNamespace(input, namespace, "baseline"),
      ...Object.entries(specsOf(input)).map(([name, spec]) =>
        kubernetesObject(named(name), {
          apiVersion: "cert-manager.io/v1",
          kind: "ClusterIssuer",
          metadata: { name, labels },
          spec
        }, { dependsOn: dns.provider === "cloudflare" ? [chart, token] : [chart] })
      )
    ]
  })
}
