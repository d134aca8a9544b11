import { scratch } from "./pod.ts"

/** When PostgreSQL has started, lives and takes connections. After a crash it may recover for five minutes. */
export const postgresProbes = () => {
  const probe = { exec: { command: ["pg_isready", "--username=postgres", "--host=127.0.0.1"] } }
  return {
    startupProbe: { ...probe, periodSeconds: 5, failureThreshold: 60 },
    livenessProbe: { ...probe, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
    readinessProbe: { ...probe, periodSeconds: 5, timeoutSeconds: 3 }
  }
}

/** Where PostgreSQL may write. */
export const postgresMounts = () => [
  { name: "data", mountPath: "/var/lib/postgresql" },
  { name: "run", mountPath: "/var/run/postgresql" },
  { name: "shm", mountPath: "/dev/shm" },
  { name: "tmp", mountPath: "/tmp" }
]

/** The volumes of its mounts: `claim` holds the data, and a quarter of `memory`, in megabytes, is shared memory. */
export const postgresVolumes = (claim: string, memory: number) => [
  { name: "data", persistentVolumeClaim: { claimName: claim } },
  { name: "run", emptyDir: { sizeLimit: "1Mi" } },
  { name: "shm", emptyDir: { medium: "Memory", sizeLimit: `${Math.floor(memory / 4)}Mi` } },
  scratch("64Mi")
]
