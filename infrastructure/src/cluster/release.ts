import type { CloudResource } from "../plan/Plan.ts"

interface Chart {
  readonly chart: string
  readonly version: string
  readonly repo: string
}

/** A chart at a version. It counts as made when all it starts is ready, and is taken back when that does not come about. */
export const release = (
  name: string,
  { chart, repo, version }: Chart,
  namespace: { readonly name: string; readonly logicalName: string },
  values: Readonly<Record<string, unknown>>,
  protect = false
): CloudResource => ({
  name,
  type: "kubernetes:helm.sh/v3:Release",
  inputs: {
    name: chart,
    chart,
    version,
    repositoryOpts: { repo },
    namespace: namespace.name,
    atomic: true,
    skipAwait: false,
    // Seconds.
    timeout: 900,
    values
  },
  references: {},
  dependsOn: [namespace.logicalName],
  protect
})
