import type { HttpServerRequest } from "effect/http"

/**
 * A browser tells where a request was made; one that another site made is not the person's own (CSRF). `origin` is that of
 * the web UI. Reading is let through: no other site sees the answer.
 */
export const fromOtherSite = (
  { headers, method }: HttpServerRequest.HttpServerRequest,
  origin: string
): boolean => {
  if (["GET", "HEAD", "OPTIONS"].includes(method)) return false
  const site = headers["sec-fetch-site"]
  if (site !== undefined) return site !== "same-origin" && site !== "none"
  return headers.origin !== undefined &&
    ![origin, `http://${headers.host}`, `https://${headers.host}`].includes(headers.origin)
}
