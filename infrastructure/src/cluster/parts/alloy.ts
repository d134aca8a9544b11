import { kubernetesObject } from "../../plan/kubernetesObject.ts"
import { digest } from "../../plan/names.ts"
import { containerSecurity, literals, podSecurity, scratch } from "../../plan/pod.ts"
import { type ClusterInput, part } from "../ClusterPart.ts"
import { copies, sized } from "../sized.ts"
import { images } from "../versions.ts"
import { clusterNamespace, namespaceName } from "./namespaces.ts"

const user = 473

const configuration = `otelcol.receiver.otlp "tenants" {
  grpc { endpoint = "0.0.0.0:4317" }
  http { endpoint = "0.0.0.0:4318" }
  output {
    metrics = [otelcol.processor.batch.tenants.input]
    logs    = [otelcol.processor.batch.tenants.input]
    traces  = [otelcol.processor.batch.tenants.input]
  }
}

otelcol.processor.batch "tenants" {
  output {
    metrics = [otelcol.exporter.otlphttp.upstream.input]
    logs    = [otelcol.exporter.otlphttp.upstream.input]
    traces  = [otelcol.exporter.otlphttp.upstream.input]
  }
}

otelcol.exporter.otlphttp "upstream" {
  client { endpoint = sys.env("UPSTREAM") }
}
`

/** Takes the telemetry of all tenants where the environment says, and sends it on. */
export const alloy = (input: ClusterInput) => {
  const { environment, labels, named, settings } = input
  const { endpoint, labels: selector, namespace } = environment.telemetry
  const [name = "alloy"] = new URL(endpoint).hostname.split(".")
  const metadata = { name, namespace, labels: { ...labels, ...selector } }
  const inNamespace = { dependsOn: [namespaceName(input, namespace)] }
  return part({
    objects: [
      clusterNamespace(input, namespace, "restricted"),
      kubernetesObject(named("alloy-configuration"), {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata,
        data: { "config.alloy": configuration }
      }, inNamespace),
      kubernetesObject(named("alloy-service"), {
        apiVersion: "v1",
        kind: "Service",
        metadata,
        spec: {
          selector: { ...selector },
          ports: [
            { name: "otlp-grpc", port: 4317, targetPort: "otlp-grpc" },
            { name: "otlp-http", port: 4318, targetPort: "otlp-http" }
          ]
        }
      }, inNamespace),
      kubernetesObject(named("alloy"), {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata,
        spec: {
          replicas: copies(settings),
          selector: { matchLabels: { ...selector } },
          template: {
            metadata: { labels: { ...labels, ...selector, "innkeeper/configuration": digest(configuration) } },
            spec: {
              ...podSecurity(user),
              containers: [{
                name: "alloy",
                image: images.alloy,
                args: [
                  "run",
                  "/etc/alloy/config.alloy",
                  "--storage.path=/tmp/alloy",
                  "--server.http.listen-addr=0.0.0.0:12345",
                  "--disable-reporting"
                ],
                env: literals({ UPSTREAM: settings.telemetryUpstream }),
                ports: [
                  { name: "http", containerPort: 12_345 },
                  { name: "otlp-grpc", containerPort: 4317 },
                  { name: "otlp-http", containerPort: 4318 }
                ],
                resources: sized(settings, { cpu: 200, memory: 512 }),
                securityContext: containerSecurity,
                livenessProbe: { httpGet: { path: "/-/healthy", port: "http" }, periodSeconds: 10 },
                readinessProbe: { httpGet: { path: "/-/ready", port: "http" }, periodSeconds: 10 },
                volumeMounts: [
                  { name: "configuration", mountPath: "/etc/alloy", readOnly: true },
                  { name: "tmp", mountPath: "/tmp" }
                ]
              }],
              volumes: [{ name: "configuration", configMap: { name } }, scratch("512Mi")]
            }
          }
        }
      }, { dependsOn: [named("alloy-configuration")] })
    ]
  })
}
