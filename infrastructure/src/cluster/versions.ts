/** Charts that bring their own CRDs: each is released with them, and counts as there when its webhooks answer. */
export const charts = {
  certManager: { chart: "cert-manager", version: "v1.21.1", repo: "https://charts.jetstack.io" },
  traefik: { chart: "traefik", version: "42.4.1", repo: "https://traefik.github.io/charts" },
  longhorn: { chart: "longhorn", version: "1.12.1", repo: "https://charts.longhorn.io" }
}

/** Images of the cluster's own programs; PostgreSQL and Redis are named by the environment, since tenants run them too. */
export const images = {
  traefik: "v3.7.9",
  externalDns: "registry.k8s.io/external-dns/external-dns:v0.22.0",
  alloy: "grafana/alloy:v1.13.0",
  garage: "dxflrs/garage:v2.2.0",
  curl: "curlimages/curl:8.17.0"
}
