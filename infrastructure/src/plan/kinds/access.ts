import { kubernetesObject } from "../kubernetesObject.ts"
import type { OwnTenant } from "../OwnTenant.ts"

/** The account that pods run as, without a token; and a role for people who look after the tenant: reading, no secrets. */
export const access = ({ config, labels, named, namespace }: OwnTenant) => {
  const metadata = (role: string) => ({ name: named(role), namespace, labels })
  return [
    kubernetesObject(named("account"), {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: metadata("account"),
      automountServiceAccountToken: false
    }),
    kubernetesObject(named("observer"), {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "Role",
      metadata: metadata("observer"),
      rules: [
        {
          apiGroups: [""],
          resources: ["pods", "pods/log", "services", "events", "resourcequotas", "persistentvolumeclaims"],
          verbs: ["get", "list", "watch"]
        },
        {
          apiGroups: ["apps"],
          resources: ["deployments", "replicasets", "statefulsets"],
          verbs: ["get", "list", "watch"]
        },
        { apiGroups: ["batch"], resources: ["jobs", "cronjobs"], verbs: ["get", "list", "watch"] },
        {
          apiGroups: ["networking.k8s.io"],
          resources: ["ingresses", "networkpolicies"],
          verbs: ["get", "list", "watch"]
        }
      ]
    }),
    kubernetesObject(named("observers"), {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      metadata: metadata("observers"),
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: named("observer") },
      subjects: [{
        apiGroup: "rbac.authorization.k8s.io",
        kind: "Group",
        name: `innkeeper:tenant:${config.slug}:observer`
      }]
    }, { dependsOn: [named("observer")] })
  ]
}
