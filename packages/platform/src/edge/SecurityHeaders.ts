/** What the web UI needs: its own scripts and styles, its own socket. Mails are shown in a sandboxed frame. */
const contentSecurityPolicy = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "frame-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'"
].join("; ")

/**
 * Headers of every answer (SEC-04, OWASP Secure Headers). HSTS is sent where the public address is https.
 * `contentSecurityPolicy` replaces the policy.
 */
export const securityHeaders = (options: {
  readonly publicUrl: string
  readonly contentSecurityPolicy?: string | undefined
}): Readonly<Record<string, string>> => ({
  "content-security-policy": options.contentSecurityPolicy ?? contentSecurityPolicy,
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  ...(options.publicUrl.startsWith("https:")
    ? { "strict-transport-security": "max-age=31536000; includeSubDomains" }
    : {})
})
