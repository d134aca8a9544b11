import { createHash } from "node:crypto"

/** Longest name of a Kubernetes object that is also a host name (RFC 1123). */
export const longestName = 63

const label = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/

/** Whether it is a DNS label of RFC 1123. */
export const isName = (name: string) => name.length <= longestName && label.test(name)

/**
 * Makes the logical names of a stack: all begin with the stack's name, so that no two stacks meet. The object in the
 * cluster has the same name, but for those in `fixedNames`.
 *
 * Throws when the name would not be a DNS label: a role is written in the source and never comes from a tenant.
 */
export const namesOf = (stack: string) => (role: string): string => {
  const name = `${stack}-${role}`
  if (!isName(name)) throw new RangeError(`${name} is not a DNS label of at most ${longestName} characters`)
  return name
}

/**
 * Names of objects that cannot begin with a slug: a Service has to begin with a letter (RFC 1035), and a StatefulSet may
 * have 52 characters, since Kubernetes adds a digest to make a label. The tenant's namespace tells them apart.
 */
export const fixedNames = { server: "server", database: "database", cache: "cache" }

/** Twelve hexadecimal digits that stand for the content. */
export const digest = (content: string): string => createHash("sha256").update(content).digest("hex").slice(0, 12)

/** Namespace of a tenant. The prefix keeps a tenant named `default` or `kube-system` out of the cluster's own. */
export const namespaceOf = (slug: string) => `tenant-${slug}`
