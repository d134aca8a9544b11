import type { TenantConfig } from "@innkeeper/config"
import { kubernetesObject } from "../kubernetesObject.ts"
import { digest } from "../names.ts"
import type { CustomDomain, DnsRecord } from "../Plan.ts"
import type { PlanEnvironment } from "../PlanEnvironment.ts"

/** Seconds. */
const timeToLive = 300

export const hostOf = (config: TenantConfig, environment: PlanEnvironment) => `${config.slug}.${environment.domain}`

/** Whether it is an address and no host name. */
export const isAddress = (host: string) => /^[\d.]+$/.test(host)

/** The record of the tenant's host name below the environment's domain. */
export const dnsRecord = (host: string, { ingress }: PlanEnvironment): DnsRecord => ({
  name: host,
  type: isAddress(ingress.address) ? "A" : "CNAME",
  target: ingress.address,
  ttl: timeToLive
})

/** What a tenant's own host names have to lead to, with their certificates. */
export const customDomains = (
  config: TenantConfig,
  host: string,
  named: (role: string) => string
): ReadonlyArray<CustomDomain> =>
  [...new Set(config.domains)].map((domain) => ({
    domain,
    target: host,
    certificate: named(`tls-${digest(domain)}`)
  }))

interface Route {
  readonly named: (role: string) => string
  readonly namespace: string
  readonly labels: Readonly<Record<string, string>>
  readonly environment: PlanEnvironment
  readonly record: DnsRecord
  readonly domains: ReadonlyArray<CustomDomain>
  readonly service: { readonly name: string; readonly port: number }
  readonly dependsOn: ReadonlyArray<string>
}

/**
 * Leads the tenant's host names to the server. The host below our domain is covered by the wildcard certificate that the
 * ingress presents by default: one certificate for each tenant would meet Let's Encrypt's limit of 50 a week
 * (https://letsencrypt.org/docs/rate-limits/). Each domain of the tenant's own has a certificate of its own.
 */
export const route = ({ dependsOn, domains, environment, labels, named, namespace, record, service }: Route) => [
  ...domains.map(({ certificate, domain }) =>
    kubernetesObject(certificate, {
      apiVersion: "cert-manager.io/v1",
      kind: "Certificate",
      metadata: { name: certificate, namespace, labels },
      spec: {
        // No common name: it holds 64 characters, and a host name may have more.
        dnsNames: [domain],
        secretName: certificate,
        issuerRef: { group: "cert-manager.io", kind: "ClusterIssuer", name: environment.issuer },
        privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" }
      }
    })
  ),
  kubernetesObject(named("web"), {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: {
      name: named("web"),
      namespace,
      labels,
      annotations: {
        "external-dns.alpha.kubernetes.io/ingress-hostname-source": "annotation-only",
        "external-dns.alpha.kubernetes.io/hostname": record.name,
        "external-dns.alpha.kubernetes.io/target": record.target,
        "external-dns.alpha.kubernetes.io/ttl": `${record.ttl}`,
        "traefik.ingress.kubernetes.io/router.entrypoints": "websecure",
        "traefik.ingress.kubernetes.io/router.tls": "true"
      }
    },
    spec: {
      ingressClassName: environment.ingress.class,
      tls: [
        { hosts: [record.name] },
        ...domains.map(({ certificate, domain }) => ({ hosts: [domain], secretName: certificate }))
      ],
      rules: [record.name, ...domains.map(({ domain }) => domain)].map((host) => ({
        host,
        http: {
          paths: [{
            path: "/",
            pathType: "Prefix",
            backend: { service: { name: service.name, port: { number: service.port } } }
          }]
        }
      }))
    }
  }, { dependsOn })
]
