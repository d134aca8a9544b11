import { initialsOf } from "../lanes/personMark.ts"
import { classes } from "../ui/classes.ts"

/** A person's initials in a circle, beside the name that tells who it is. */
export function PersonMark({ name, large = false }: { readonly name: string; readonly large?: boolean }) {
  return (
    <span
      aria-hidden
      className={classes(
        "inline-grid shrink-0 place-content-center rounded-full bg-accent-soft font-medium text-accent",
        large ? "size-10 text-sm" : "size-6 text-[0.625rem]"
      )}
    >
      {initialsOf(name)}
    </span>
  )
}
