import { Page, PageHeader } from "../ui/PageHeader.tsx"
import { Controls } from "./gallery/Controls.tsx"
import { Displays } from "./gallery/Displays.tsx"
import { Lanes } from "./gallery/Lanes.tsx"
import { Overlays } from "./gallery/Overlays.tsx"

/** Every component with its states, for those who work on them. */
export function Gallery() {
  return (
    <Page>
      <PageHeader title="Components">Each with its states</PageHeader>
      <div className="grid grid-cols-1 gap-8">
        <Lanes />
        <div className="grid grid-cols-1 gap-8 md:grid-cols-2">
          <Controls />
          <Displays />
          <Overlays />
        </div>
      </div>
    </Page>
  )
}
