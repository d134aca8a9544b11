/**
 * The path of this app that an address stands for, or the start when it leads elsewhere.
 *
 * What a link says after `next=` may be anybody's: another site, or a script.
 */
export const ownPath = (next: string | undefined, origin: string): string => {
  if (next === undefined || !next.startsWith("/")) return "/"
  const url = URL.parse(next, origin)
  return url === null || url.origin !== origin ? "/" : url.pathname + url.search + url.hash
}
