/** Every endpoint of the API, read from the API itself. Tests only. */
import { type Access, AccessRule } from "@innkeeper/platform/api"
import { Context, Option } from "effect"
import { HttpApi } from "effect/http-api"
import { Api } from "../Api.ts"

export interface Route {
  /** Group and endpoint, such as `users.get`. */
  readonly name: string
  readonly method: string
  /** With parameters, such as `/api/v1/users/:id`. */
  readonly path: string
  /** The noun before each parameter of the path, such as `users`. */
  readonly nouns: ReadonlyArray<string>
  readonly takesBody: boolean
  /** Undefined when the endpoint states none. */
  readonly rule: Access | undefined
}

const parameter = /([^/]+)\/:\w+/g

export const routes: ReadonlyArray<Route> = (() => {
  const found: Array<Route> = []
  HttpApi.reflect(Api, {
    onGroup: () => undefined,
    onEndpoint: ({ endpoint, group }) =>
      found.push({
        name: `${group.identifier}.${endpoint.identifier}`,
        method: endpoint.method,
        path: endpoint.path,
        nouns: [...endpoint.path.matchAll(parameter)].map(([, noun]) => noun ?? ""),
        takesBody: endpoint.payload.size > 0,
        rule: Option.getOrUndefined(Context.getOption(endpoint.annotations, AccessRule))
      })
  })
  return found
})()

/** Endpoints that people and API keys of a tenant call, and that answer: the event stream has no end, and a test of its own. */
export const tenantRoutes = routes.filter(({ name, rule }) =>
  (rule?._tag === "SignedIn" || rule?._tag === "Scoped") && name !== "stream.open"
)
