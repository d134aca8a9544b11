import { Dialog } from "../ui/Dialog.tsx"
import { Checkbox } from "../ui/Field.tsx"
import { Kbd } from "../ui/Kbd.tsx"
import { setSingleKeys, useSingleKeys } from "./useKeys.ts"

const keys = [
  { keys: ["⌘K", "Ctrl K"], does: "Find a page or an incident" },
  { keys: ["?"], does: "Show these keys" },
  { keys: ["j", "k"], does: "Next and previous incident" },
  { keys: ["Enter"], does: "Open the chosen incident" },
  { keys: ["a"], does: "Acknowledge" },
  { keys: ["r"], does: "Resolve" },
  { keys: ["e"], does: "Reassign to a person or a policy" },
  { keys: ["n"], does: "Write a note" },
  { keys: ["c"], does: "Open an incident by hand" },
  { keys: ["/"], does: "Search the incidents" }
]

export default function KeysDialog({ onClose }: { readonly onClose: () => void }) {
  const on = useSingleKeys()
  return (
    <Dialog open onOpenChange={onClose} title="Keys">
      <dl className="grid grid-cols-[auto_1fr] items-center gap-x-4 gap-y-2 text-sm">
        {keys.map(({ does, keys }) => (
          <div key={does} className="contents">
            <dt className="flex gap-1">{keys.map((key) => <Kbd key={key}>{key}</Kbd>)}</dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <Checkbox
        className="mt-4 border-t border-line pt-4"
        label="Single letters act"
        hint="Turn this off when dictation or another tool presses keys by accident. Kept in this browser."
        checked={on}
        onChange={(event) => setSingleKeys(event.target.checked)}
      />
    </Dialog>
  )
}
