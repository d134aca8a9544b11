import { Argument, Flag } from "effect/cli"

const fit = (least: number, most: number) => (text: string) =>
  text.trim() !== "" && text.length >= least && text.length <= most

const complaint = (least: number, most: number) => (text: string) =>
  `Expected ${least} to ${most} letters that are not all blank, got ${JSON.stringify(text)}`

/**
 * A flag of words as the server takes them; none if it is left out. Blank ones, as of an unset variable of a shell, are
 * refused and do not count as left out.
 */
export const wordsFlag = (
  name: string,
  description: string,
  { least = 1, most = 200 }: { readonly least?: number; readonly most?: number } = {}
) =>
  Flag.String(name).pipe(
    Flag.withDescription(description),
    Flag.filter(fit(least, most), complaint(least, most)),
    Flag.optional
  )

/** An argument that is not blank and has at most 300 letters, such as the id of a run. */
export const wordArgument = (name: string, description: string) =>
  Argument.String(name).pipe(
    Argument.withDescription(description),
    Argument.withMetavar(name.toUpperCase()),
    Argument.filter(fit(1, 300), complaint(1, 300))
  )
