import { PayloadTooLarge } from "@innkeeper/platform/api"
import { ByteSize, Effect, Option, Schema, SchemaIssue } from "effect"
import { HttpIncomingMessage, type HttpServerRequest } from "effect/http"
import { HttpApiError } from "effect/http-api"
import { faultOf } from "./Json.ts"
import { maximumBody } from "./ReceiverApi.ts"

type Path = ReadonlyArray<string | number>

const badRequest = (detail: string, errors: ReadonlyArray<{ readonly path: Path; readonly message: string }>) =>
  new HttpApiError.BadRequestProblem({ detail, errors: errors.slice(0, 20) })

const tooLarge = new PayloadTooLarge({
  limit: maximumBody,
  detail: `The body is larger than ${maximumBody / 1024} KiB. Send fewer alerts at a time, or shorter texts.`
})

const parse = (text: string) =>
  Effect.try({
    try: (): Schema.Json => JSON.parse(text),
    catch: () =>
      badRequest("The body is not JSON", [{ path: ["payload"], message: "expected a JSON document (RFC 8259)" }])
  })

/** A compressed body is said to be one, since as text it would only be "not JSON". */
const plain = ({ headers }: HttpServerRequest.HttpServerRequest) => {
  const coding = headers["content-encoding"] ?? "identity"
  return coding.toLowerCase() === "identity" ? Effect.void : badRequest(
    `The body is compressed (Content-Encoding: ${coding.slice(0, 20)}). Send it as it is.`,
    [{ path: ["headers", "content-encoding"], message: "expected none, or identity" }]
  )
}

/** The JSON document that a sender posted, of at most 512 KiB. What is in it is not looked at; {@link storable} does. */
export const parseJson = Effect.fnUntraced(function*(request: HttpServerRequest.HttpServerRequest) {
  yield* plain(request)
  const text = yield* request.text.pipe(
    Effect.provideService(HttpIncomingMessage.MaxBodySize, ByteSize.bytes(maximumBody)),
    Effect.mapError((error) =>
      error.reason._tag === "RequestParseError" && error.reason.reason === "BodyTooLarge"
        ? tooLarge
        : badRequest("The body could not be read", [])
    )
  )
  return yield* parse(text)
})

/** Refuses a document with something in it that could not be stored. */
export const storable = (document: Schema.Json) =>
  Option.match(faultOf(document), {
    onNone: () => Effect.void,
    onSome: ({ message, path }) =>
      badRequest("The body holds something that cannot be kept", [{ path: ["payload", ...path], message }])
  })

/** The JSON document that a sender posted: at most 512 KiB, and nothing in it that could not be stored. */
export const readJson = (request: HttpServerRequest.HttpServerRequest) => Effect.tap(parseJson(request), storable)

const format = SchemaIssue.makeFormatterStandardSchemaV1()

/** Each place where a document is not what the schema expects, with what was expected. */
export const issuesOf = (error: Schema.SchemaError): ReadonlyArray<{ readonly path: Path; readonly message: string }> =>
  format(error.issue).issues.map(({ message, path }) => ({
    path: ["payload", ...(path ?? []).map(segmentOf)],
    message
  }))

/** The field of a body that an error is about, such as `payload.severity`; a key of no characters is `""`. */
export const fieldOf = ({ path: [, ...path] }: { readonly path: Path }) =>
  path.length === 0 ? "body" : path.map((key) => key === "" ? `""` : key).join(".")

const segmentOf = (segment: PropertyKey | { readonly key: PropertyKey }) => {
  const key = typeof segment === "object" ? segment.key : segment
  return typeof key === "number" ? key : String(key)
}

/** Decodes a document; `strict` refuses unknown keys. */
export const decodeBody = <A, I>(schema: Schema.Codec<A, I>, options: { readonly strict: boolean }) => {
  const decode = Schema.decodeUnknownEffect(schema, {
    errors: "all",
    onExcessProperty: options.strict ? "error" : "ignore"
  })
  return (document: Schema.Json) =>
    decode(document).pipe(
      Effect.mapError((error) => {
        const issues = issuesOf(error)
        const fields = issues.slice(0, 3).map(fieldOf)
        return badRequest(`Not accepted: ${fields.join(", ")}`, issues)
      })
    )
}
