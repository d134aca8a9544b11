import type { KubernetesObject, Manifest } from "./Plan.ts"

/** An object of the plan, by its logical name. */
export const kubernetesObject = (
  name: string,
  manifest: Manifest,
  options: { readonly dependsOn?: ReadonlyArray<string>; readonly protect?: boolean } = {}
): KubernetesObject => ({ name, dependsOn: options.dependsOn ?? [], protect: options.protect ?? false, manifest })
