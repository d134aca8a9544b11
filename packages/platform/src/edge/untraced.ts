import { Effect } from "effect"
import { HttpClient } from "effect/http"

/** A client for others' servers: our trace is none of their business, and no span holds their addresses or our keys. */
export const untraced = (client: HttpClient.HttpClient): HttpClient.HttpClient =>
  HttpClient.transformResponse(client, (response) =>
    response.pipe(
      Effect.provideService(HttpClient.TracerPropagationEnabled, false),
      Effect.provideService(HttpClient.TracerDisabledWhen, () => true)
    ))
