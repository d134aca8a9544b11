/** A value as it travels, indented. `label` names the part of the page that it is. */
export function JsonBlock({ label, value }: { readonly label: string; readonly value: unknown }) {
  return (
    <figure aria-label={label} className="grid grid-cols-1 gap-1">
      <figcaption className="text-xs font-medium text-muted">{label}</figcaption>
      <pre
        // A region that scrolls has to be reached by keyboard (WCAG 2.1.1).
        tabIndex={0}
        className="max-h-80 overflow-auto rounded-md border border-line bg-canvas p-2.5 font-mono text-xs wrap-anywhere whitespace-pre-wrap"
      >
        {typeof value === "string" ? value : JSON.stringify(value, null, 2)}
      </pre>
    </figure>
  )
}
