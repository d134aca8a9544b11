import { FindMyWay, type HttpRouter } from "effect/http"
import { HttpApi, type HttpApiGroup } from "effect/http-api"

/**
 * Which methods an API has at a path, told from its endpoints alone: nothing of what can be found there is in the answer.
 * None for a path that is not the API's. `config` is that of the router which serves the API.
 */
export const methodsOf = <Id extends string, Groups extends HttpApiGroup.Constraint>(
  api: HttpApi.HttpApi<Id, Groups>,
  config: Partial<FindMyWay.RouterConfig> = {}
) => {
  const router = FindMyWay.make<true>(config)
  const methods = new Set<string>()
  const add = (method: string, path: string) => {
    methods.add(method)
    router.on(method, path as HttpRouter.PathInput, true)
  }
  HttpApi.reflect(api, {
    onGroup: () => undefined,
    onEndpoint: ({ endpoint: { method, path } }) => {
      add(method, path)
      // The router lets those that read be asked for their headers too.
      if (method === "GET") add("HEAD", path)
    }
  })
  return (url: string): ReadonlyArray<string> => [...methods].filter((method) => router.find(method, url) !== undefined)
}
