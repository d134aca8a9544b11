import type { IContainer, IEnvVar, IPodSpec } from "kubernetes-models/v1"
import type { Size } from "./Sizing.ts"

/** Requests equal limits: a pod gets what the quota counts for it, and no neighbour takes it. */
export const resourcesOf = ({ cpu, memory }: Size) => {
  const quantities = { cpu: `${cpu}m`, memory: `${memory}Mi` }
  return { requests: quantities, limits: { ...quantities } }
}

/** What Pod Security `restricted` asks of a container, and a root file system that cannot be written. */
export const containerSecurity: NonNullable<IContainer["securityContext"]> = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
  privileged: false,
  readOnlyRootFilesystem: true,
  runAsNonRoot: true
}

/** What Pod Security `restricted` asks of a pod, and no token, no service variables. `user` owns its volumes. */
export const podSecurity = (user: number) =>
  ({
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: user,
      runAsGroup: user,
      fsGroup: user,
      fsGroupChangePolicy: "OnRootMismatch",
      seccompProfile: { type: "RuntimeDefault" }
    }
  }) satisfies Partial<IPodSpec>

/** Users of the images that a tenant runs. */
export const users = { server: 10_001, postgres: 999, redis: 999, rclone: 10_001 }

export const fromSecret = (secret: string, keys: ReadonlyArray<string>): Array<IEnvVar> =>
  keys.map((name) => ({ name, valueFrom: { secretKeyRef: { name: secret, key: name } } }))

export const literals = (values: Readonly<Record<string, string>>): Array<IEnvVar> =>
  Object.entries(values).map(([name, value]) => ({ name, value }))

/** A folder for what a program writes on its way, on the node and gone with the pod. */
export const scratch = (sizeLimit: string) => ({ name: "tmp", emptyDir: { sizeLimit } })
