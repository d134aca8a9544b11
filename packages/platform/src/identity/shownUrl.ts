/**
 * The address of a webhook as those see it who do not manage it. Whoever knows the whole of it can post there, so they are told
 * its origin alone, such as `https://hooks.example.com/…`.
 */
export const shownUrl = (url: string): string => URL.canParse(url) ? `${new URL(url).origin}/…` : "…"
