import { Command } from "effect/cli"
import { apply } from "./commands/apply.ts"
import { cluster } from "./commands/cluster.ts"
import { deadLetters } from "./commands/deadLetters.ts"
import { exportTenant } from "./commands/export.ts"
import { jobs } from "./commands/jobs.ts"
import { root } from "./commands/root.ts"
import { runs } from "./commands/runs.ts"
import { schedules } from "./commands/schedules.ts"
import { schema } from "./commands/schema.ts"
import { tenants } from "./commands/tenants.ts"

export const innkeeper = root.pipe(Command.withSubcommands([
  apply,
  exportTenant,
  tenants,
  schema,
  cluster,
  deadLetters,
  jobs,
  runs,
  schedules
]))
