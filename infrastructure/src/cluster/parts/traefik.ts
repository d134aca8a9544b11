import { isAddress } from "../../plan/kinds/route.ts"
import { kubernetesObject } from "../../plan/kubernetesObject.ts"
import { type ClusterInput, part } from "../ClusterPart.ts"
import { release } from "../release.ts"
import { copies } from "../sized.ts"
import { charts, images } from "../versions.ts"
import { clusterNamespace, namespaceName } from "./namespaces.ts"

const certificate = "wildcard"

/** Labels that the chart gives to Traefik's pods. */
export const traefikLabels = { "app.kubernetes.io/name": "traefik" }

/**
 * How Traefik is reached, and what it writes into the status of ingresses, which Pulumi waits for. In earnest both come from a
 * load balancer. A trial cluster has none: it would be waited for in vain, and the environment says the address.
 * Source: https://doc.traefik.io/traefik/providers/kubernetes-ingress/#ingressendpoint
 */
const reachedBy = ({ environment: { ingress: { address } }, settings }: ClusterInput) =>
  settings.scale === "production"
    ? { values: { providers: { kubernetesIngress: { publishedService: { enabled: true } } } }, arguments: [] }
    : {
      values: {
        service: { spec: { type: "ClusterIP" } },
        providers: { kubernetesIngress: { publishedService: { enabled: false } } }
      },
      arguments: [`--providers.kubernetesingress.ingressendpoint.${isAddress(address) ? "ip" : "hostname"}=${address}`]
    }

/**
 * Traefik, which presents one wildcard certificate wherever a tenant has none of its own. The store that says so has to be
 * named `default`, and there may be only one in the cluster.
 */
export const traefik = (input: ClusterInput) => {
  const { environment, labels, named, settings } = input
  const { class: className, namespace } = environment.ingress
  const chart = named("traefik")
  const reached = reachedBy(input)
  return part({
    cloud: [
      release(chart, charts.traefik, { name: namespace, logicalName: namespaceName(input, namespace) }, {
        image: { tag: images.traefik },
        deployment: { replicas: copies(settings) },
        ingressClass: { enabled: true, isDefaultClass: true, name: className },
        ...reached.values,
        additionalArguments: [
          ...reached.arguments,
          "--entryPoints.web.http.redirections.entryPoint.to=:443",
          "--entryPoints.web.http.redirections.entryPoint.scheme=https"
        ]
      })
    ],
    objects: [
      clusterNamespace(input, namespace, "baseline"),
      kubernetesObject(named("wildcard"), {
        apiVersion: "cert-manager.io/v1",
        kind: "Certificate",
        metadata: { name: certificate, namespace, labels },
        spec: {
          dnsNames: [environment.domain, `*.${environment.domain}`],
          secretName: certificate,
          issuerRef: { group: "cert-manager.io", kind: "ClusterIssuer", name: environment.issuer },
          privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" }
        }
      }, { dependsOn: [namespaceName(input, namespace), named(environment.issuer)] }),
      kubernetesObject(named("certificate-store"), {
        apiVersion: "traefik.io/v1alpha1",
        kind: "TLSStore",
        metadata: { name: "default", namespace, labels },
        spec: { defaultCertificate: { secretName: certificate } }
      }, { dependsOn: [chart, named("wildcard")] })
    ]
  })
}
