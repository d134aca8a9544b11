import { assert, describe, it } from "@effect/vitest"
import { globSync, readFileSync } from "node:fs"
import { basename, join, relative } from "node:path"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("..", import.meta.url))

/** Folders of what is never committed, as `.gitignore` has them. */
const made = ["node_modules", "dist", ".innkeeper", ".nx", "coverage", ".bootstrap", ".git"]

/** What is or would be committed, also where the project is no clone. */
const files = globSync(["**/{*,.*}", "**/.*/**/{*,.*}"], {
  cwd: root,
  withFileTypes: true,
  exclude: ({ name }) => made.includes(name) || /\.log$|^Pulumi\..*\.yaml$/.test(name)
}).flatMap((entry) => entry.isFile() ? [relative(root, join(entry.parentPath, entry.name))] : [])
const read = (file: string) => readFileSync(join(root, file), "utf8")

/** Secrets by the form that their issuers give them, and what is called a secret and looks like one. */
const forms: Readonly<Record<string, RegExp>> = {
  "private key": /-----BEGIN [A-Z ]*PRIVATE KEY-----/g,
  "key of ours": /\bik_[\w-]{43}(?![\w-])/g,
  "webhook secret": /\bwhsec_[A-Za-z0-9+/]{24,}/g,
  "AWS access key": /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  "GitHub token": /\b(?:gh[opsru]_[A-Za-z0-9]{36,}|github_pat_\w{40,})/g,
  "GitLab token": /\bglpat-[\w-]{20,}/g,
  "Google API key": /\bAIza[\w-]{35}/g,
  "npm token": /\bnpm_[A-Za-z0-9]{36}\b/g,
  "Pulumi token": /\bpul-[0-9a-f]{40}\b/g,
  "Resend API key": /\bre_[A-Za-z0-9]{8}_\w{20,}/g,
  "SendGrid API key": /\bSG\.[\w-]{16,}\.[\w-]{16,}/g,
  "Slack token": /\bxox[a-z]-[\w-]{10,}|hooks\.slack\.com\/services\/T\w+\/B\w+\/\w{20,}/g,
  "Stripe key": /\b[rs]k_live_\w{16,}/g,
  "Twilio API key": /\bSK[0-9a-f]{32}\b/g,
  "signed token": /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/g,
  "named secret":
    /(?:secret|token|password|passphrase|(?:access|api|private|secret)_?key)["'`]?\s*[:=]\s*["'`](?=[^"'`]*\d)[\w+/=-]{32,}["'`]/gi
}

/** Examples that their issuers have published, and what stands for a token in previews. */
const examples = [
  "AKIAIOSFODNN7EXAMPLE",
  "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  "00000000-0000-4000-8000-000000000000"
]

const secretsIn = (text: string) =>
  Object.entries(forms).flatMap(([name, form]) =>
    Array.from(text.matchAll(form), ([found]) => found)
      .filter((found) => !examples.some((example) => found.includes(example)))
      .map(() => name)
  )

describe("secrets (SEC-05)", () => {
  it("are found by their form", () => {
    const digits = "0123456789".repeat(5)
    const madeUp: Readonly<Record<keyof typeof forms, string>> = {
      "private key": "-----BEGIN " + "OPENSSH PRIVATE KEY-----",
      "key of ours": `ik_${digits.slice(0, 43)}`,
      "webhook secret": `whsec_${digits}`,
      "AWS access key": `AKIA${digits.slice(0, 16)}`,
      "GitHub token": `ghp_${digits}`,
      "GitLab token": `glpat-${digits}`,
      "Google API key": `AIza${digits}`,
      "npm token": `npm_${digits.slice(0, 36)}`,
      "Pulumi token": `pul-${digits.slice(0, 40)}`,
      "Resend API key": `re_${digits.slice(0, 8)}_${digits}`,
      "SendGrid API key": `SG.${digits}.${digits}`,
      "Slack token": `xoxb-${digits}`,
      "Stripe key": `sk_live_${digits}`,
      "Twilio API key": `SK${digits.slice(0, 32)}`,
      "signed token": `eyJ${digits}.eyJ${digits}.${digits}`,
      "named secret": `adminToken: "${digits}"`
    }
    for (const name of Object.keys(forms)) assert.deepStrictEqual(secretsIn(`… ${madeUp[name]} …`), [name])
  })

  it("are in no file of the repository", () => {
    assert.isAbove(files.length, 1000)
    const found = files.flatMap((file) => secretsIn(read(file)).map((name) => `${file}: ${name}`))
    assert.deepStrictEqual(found, [])
    const keptInFiles = /^(?:\.env(?:\..*)?|id_[a-z0-9]+|secrets\.json|cli\.json|.*\.(?:pem|key|p12|pfx|jks))$/
    assert.deepStrictEqual(files.filter((file) => keptInFiles.test(basename(file))), [])
  })

  it("come into the web UI from nowhere else: its build reads no variable of the environment", () => {
    const sources = files.filter((file) => /^(?:apps\/web|packages\/[^/]+)\/.*\.(?:tsx?|html)$/.test(file))
    assert.isAbove(sources.length, 300)
    const reading = /import\.meta\.env(?!\.(?:DEV|PROD|MODE)\b)/
    assert.deepStrictEqual(sources.filter((file) => reading.test(read(file))), [])
    assert.notMatch(read("apps/web/vite.config.ts"), /process\.env|loadEnv|envPrefix|define\s*:/)
  })
})
