import type { ResourceRule, StackRule } from "./Checked.ts"
import { deletionProtection } from "./rules/deletionProtection.ts"
import { labels } from "./rules/labels.ts"
import { names } from "./rules/names.ts"
import { noPrivilege } from "./rules/noPrivilege.ts"
import { ownNamespace } from "./rules/ownNamespace.ts"
import { noLatest, pins } from "./rules/pins.ts"
import { probes } from "./rules/probes.ts"
import { quotas } from "./rules/quotas.ts"

/** All that must be true before anything is previewed or deployed. */
export const resourceRules: ReadonlyArray<ResourceRule> = [
  names,
  labels,
  pins,
  noLatest,
  probes,
  noPrivilege,
  ownNamespace,
  deletionProtection
]

export const stackRules: ReadonlyArray<StackRule> = [quotas]
