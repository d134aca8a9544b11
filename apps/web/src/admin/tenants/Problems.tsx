/** What made an operation fail, a sentence for each thing. */
export function Problems({ problems }: { readonly problems: ReadonlyArray<string> }) {
  return problems.length === 0 ? null : (
    <ul
      aria-label="What is wrong"
      className="grid grid-cols-1 gap-1 rounded-md bg-critical-soft px-3 py-2 text-sm wrap-anywhere text-critical"
    >
      {problems.map((problem) => <li key={problem}>{problem}</li>)}
    </ul>
  )
}
