import { Bell, EllipsisVertical, Plus, Trash2 } from "lucide-react"
import { useState } from "react"
import { DurationInput } from "../../forms/DurationInput.tsx"
import { ZoneSelect } from "../../forms/ZoneSelect.tsx"
import { Button } from "../../ui/Button.tsx"
import { CopyField } from "../../ui/CopyField.tsx"
import { Checkbox, Field, Select, TextArea, TextInput } from "../../ui/Field.tsx"
import { IconButton } from "../../ui/IconButton.tsx"
import { Kbd } from "../../ui/Kbd.tsx"
import { Menu, MenuItem, MenuSeparator } from "../../ui/Menu.tsx"
import { longText, Specimen } from "./Specimen.tsx"

/** What is pressed and filled in. */
export function Controls() {
  const [seconds, setSeconds] = useState(300)
  const [zone, setZone] = useState("Europe/Berlin")
  return (
    <>
      <Specimen name="Button: tones">
        <div className="flex flex-wrap gap-2">
          <Button tone="primary">Acknowledge</Button>
          <Button>Reassign</Button>
          <Button tone="quiet">Edit</Button>
          <Button tone="danger">Delete</Button>
        </div>
      </Specimen>
      <Specimen name="Button: large, with an icon, busy, disabled">
        <div className="flex flex-wrap items-center gap-2">
          <Button size="large" tone="primary">Acknowledge</Button>
          <Button icon={<Plus aria-hidden className="size-4" />}>Create</Button>
          <Button busy>Save</Button>
          <Button disabled>Save</Button>
        </div>
      </Specimen>
      <Specimen name="IconButton, Menu, Kbd">
        <div className="flex items-center gap-2">
          <IconButton label="Notify">
            <Bell aria-hidden />
          </IconButton>
          <IconButton label="Notify" disabled>
            <Bell aria-hidden />
          </IconButton>
          <Menu
            trigger={
              <IconButton label="More">
                <EllipsisVertical aria-hidden />
              </IconButton>
            }
          >
            <MenuItem onSelect={() => {}}>Edit</MenuItem>
            <MenuItem disabled onSelect={() => {}}>Move</MenuItem>
            <MenuSeparator />
            <MenuItem danger icon={<Trash2 aria-hidden />} onSelect={() => {}}>Delete</MenuItem>
          </Menu>
          <Kbd>⌘K</Kbd>
        </div>
      </Specimen>
      <Specimen name="CopyField: a line, a long command">
        <div className="grid grid-cols-1 gap-2">
          <CopyField label="key" value="0123456789abcdefghijklmnopqrstuv" />
          <CopyField
            label="command"
            wrap
            value={`curl -X POST 'https://innkeeper.example.com/in/…' -d '${longText}'`}
          />
        </div>
      </Specimen>
      <Specimen name="Field: with a hint, with an error, disabled">
        <div className="grid gap-3">
          <Field label="Name" hint="People see it.">
            <TextInput placeholder="Payments" />
          </Field>
          <Field label="Email" error="This must be an email address such as ada@example.com.">
            <TextInput defaultValue="ada" />
          </Field>
          <Field label="Role">
            <Select disabled>
              <option>Observer</option>
            </Select>
          </Field>
        </div>
      </Specimen>
      <Specimen name="TextArea, Checkbox, DurationInput, ZoneSelect">
        <div className="grid gap-3">
          <Field label="Note">
            <TextArea rows={2} defaultValue={longText} />
          </Field>
          <Checkbox label="Page them by email" hint="At the address above." defaultChecked />
          <Field label="Wait">
            <DurationInput label="Wait" value={seconds} onChange={setSeconds} />
          </Field>
          <Field label="Time zone">
            <ZoneSelect value={zone} onChange={setZone} />
          </Field>
        </div>
      </Specimen>
    </>
  )
}
