/** The address when following it can do no harm, else null: senders write links, and `javascript:` is one, too. */
export const safeLink = (href: string): string | null => {
  const url = URL.parse(href)
  return url !== null && (url.protocol === "https:" || url.protocol === "http:") ? url.href : null
}
