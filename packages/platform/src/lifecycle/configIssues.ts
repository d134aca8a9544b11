import type { Unprocessable } from "../access/Problems.ts"

type Issue = Unprocessable["errors"][number]

/**
 * What a refusal finds wrong with the configuration of a request, by the path within that; an empty path is all of it. A
 * provisioner says it in sentences that begin with the field, such as `mode: expected cloud`.
 */
export const configIssues = (errors: ReadonlyArray<Issue>): ReadonlyArray<Issue> =>
  errors.flatMap(({ message, path }) => {
    const [first, ...inner] = path.filter((part, index) => index > 0 || part !== "payload")
    if (first !== "config") return []
    const [, field, problem] = inner.length > 0 ? [] : /^([a-z]\w*(?:\.\w+)*): (.+)$/su.exec(message) ?? []
    return field === undefined || problem === undefined
      ? [{ path: inner, message }]
      : [{ path: field.split(".").map((part) => /^\d+$/.test(part) ? Number(part) : part), message: problem }]
  })
