import type { ReactNode } from "react"

/** One component, or one state of it, with its name. */
export function Specimen({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <section className="grid min-w-0 content-start gap-2">
      <h3 className="text-xs font-medium text-muted">{name}</h3>
      <div className="min-w-0">{children}</div>
    </section>
  )
}

export const longText =
  "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft and a sentence that does not end"
