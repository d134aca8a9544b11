/**
 * Versions of the provider plugins. Plans name resources by their provider's types, so no SDK but Pulumi's own is needed,
 * and the engine is told here which plugin to run.
 */
const versions: Readonly<Record<string, string>> = {
  aws: "7.48.0",
  kubernetes: "4.34.2",
  random: "4.21.2"
}

/** Version of the provider of a type such as `kubernetes:apps/v1:Deployment`. */
export const versionOf = (type: string): string => {
  const version = versions[type.slice(0, type.indexOf(":"))]
  if (version === undefined) throw new RangeError(`no version of the provider of ${type} is pinned`)
  return version
}

/** Type of a Kubernetes object as its provider names it. */
export const kubernetesType = ({ apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }) =>
  `kubernetes:${apiVersion.includes("/") ? apiVersion : `core/${apiVersion}`}:${kind}`
