import type { ResourceChange } from "@innkeeper/config"
import { Badge } from "../../ui/Badge.tsx"
import { classes } from "../../ui/classes.ts"
import { actionLooks, type ChangeGroup, changeGroups } from "./changeGroups.ts"

/** A group of so many is open from the start; what is lost is always open. */
const few = 12

/** What becomes of the resources: how many of each, drawn to scale, and each by name. */
export function ResourceChanges({ changes }: { readonly changes: ReadonlyArray<ResourceChange> }) {
  const groups = changeGroups(changes)
  return (
    <div className="grid grid-cols-1 gap-3">
      <div aria-hidden className="flex h-2 gap-0.5 overflow-hidden rounded-full">
        {groups.map(({ action, changes }) => (
          <div
            key={action}
            className={classes("min-w-1.5", actionLooks[action].bar)}
            style={{ flexGrow: changes.length }}
          />
        ))}
      </div>
      <ul aria-label="Resources" className="flex flex-wrap gap-2">
        {groups.map(({ action, changes }) => (
          <li key={action}>
            <Badge tone={actionLooks[action].tone} icon={<span aria-hidden>{actionLooks[action].sign}</span>}>
              {changes.length} {actionLooks[action].word}
            </Badge>
          </li>
        ))}
      </ul>
      {groups.map((group) => <Group key={group.action} group={group} />)}
    </div>
  )
}

function Group({ group: { action, changes } }: { readonly group: ChangeGroup }) {
  const { sign, word } = actionLooks[action]
  return (
    <details open={action === "delete" || action === "replace" || changes.length <= few}>
      <summary className="w-fit cursor-pointer text-sm font-medium pointer-coarse:py-2">
        {changes.length} {changes.length === 1 ? "is" : "are"} {word}
      </summary>
      <ul className="grid grid-cols-1 gap-0.5 pt-1">
        {changes.map(({ fields, kind, name }) => (
          <li key={`${kind}/${name}`} className="grid grid-cols-[1rem_minmax(0,1fr)] gap-1 text-xs">
            <span aria-hidden className="font-mono">{sign}</span>
            <span className="wrap-anywhere">
              <span className="text-muted">{kind}</span> <span className="font-mono">{name}</span>
              {fields.length > 0 && <span className="text-muted">: {fields.join(", ")}</span>}
            </span>
          </li>
        ))}
      </ul>
    </details>
  )
}
