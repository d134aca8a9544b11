import { PolicyPack } from "@pulumi/policy"
import type { Checked } from "./Checked.ts"
import { resourceRules, stackRules } from "./rules.ts"

const checked = (
  { name, opts, props, type, urn }: Pick<Checked, "name" | "type" | "urn"> & {
    readonly props: Record<string, unknown>
    readonly opts: { readonly protect: boolean }
  }
): Checked => ({ name, type, urn, props, protect: opts.protect })

/** Serves the rules to Pulumi's engine: each fails the preview and the deployment that breaks it. */
export const servePack = () =>
  new PolicyPack("innkeeper", {
    enforcementLevel: "mandatory",
    policies: [
      ...resourceRules.map(({ description, name, problems }) => ({
        name,
        description,
        validateResource: (
          resource: Parameters<typeof checked>[0],
          report: (problem: string) => void
        ) => problems(checked(resource)).forEach((problem) => report(problem))
      })),
      ...stackRules.map(({ description, name, stackProblems }) => ({
        name,
        description,
        validateStack: (
          { resources }: { readonly resources: ReadonlyArray<Parameters<typeof checked>[0]> },
          report: (problem: string, urn?: string) => void
        ) => stackProblems(resources.map(checked)).forEach(({ problem, urn }) => report(problem, urn))
      }))
    ]
  })
