import { fileURLToPath } from "node:url"
import type { Plan } from "../plan/Plan.ts"
import { secretKeysOf } from "../plan/secretKeys.ts"
import { preview } from "./preview.ts"

/** The program of a tenant's stack, and the name of its project. */
export const tenantProgram = {
  file: fileURLToPath(new URL("../programs/tenant/index.ts", import.meta.url)),
  project: "innkeeper"
}

/** Files of the environment and of its tenants. */
export interface Sources {
  readonly environment: string
  /** Folder with a file `SLUG.yaml` for each tenant. */
  readonly tenants: string
}

/** Previews the tenant of a plan by its real program. Secrets are stood for by their names. */
export const previewTenant = (
  plan: Plan,
  { environment, tenants }: Sources,
  settings: Readonly<Record<string, string>> = {}
) =>
  preview({
    program: tenantProgram.file,
    project: tenantProgram.project,
    stack: plan.stack,
    secrets: Object.fromEntries(secretKeysOf(plan).map((key) => [key, `the-secret-${key}`.padEnd(32, "-")])),
    settings,
    variables: { INNKEEPER_ENVIRONMENT: environment, INNKEEPER_TENANTS: tenants }
  })
