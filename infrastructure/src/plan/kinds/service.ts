import { kubernetesObject } from "../kubernetesObject.ts"
import { selectorOf } from "../labels.ts"
import { fixedNames } from "../names.ts"
import type { OwnTenant } from "../OwnTenant.ts"

/** Port at which the ingress finds the servers. */
export const servicePort = 80

export const service = ({ config, labels, named, namespace }: OwnTenant) => [
  kubernetesObject(named("service"), {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: fixedNames.server, namespace, labels },
    spec: {
      type: "ClusterIP",
      selector: selectorOf(config.slug, "server"),
      ports: [{ name: "http", port: servicePort, targetPort: "http" }]
    }
  })
]
