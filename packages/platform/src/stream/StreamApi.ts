import { CursorText } from "@innkeeper/runtime/api"
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema } from "effect/http-api"
import { AccessRule, SignedIn } from "../access/Access.ts"
import { Authorization } from "../access/Authorization.ts"
import { Text } from "../access/Text.ts"

/** What changes, as Server-Sent Events: the live feed of the web UI for programs. */
export class StreamApi extends HttpApiGroup.make("stream")
  .add(
    HttpApiEndpoint.get("open", "/", {
      query: {
        /** Cursor after which to go on; the header `Last-Event-ID` is stronger. */
        after: Schema.optionalKey(CursorText),
        /** Types of events to tell, with commas between, such as `incident.*,service.changed`. All without it. */
        types: Schema.optionalKey(Text(1000))
      },
      success: HttpApiSchema.StreamUint8Array({ contentType: "text/event-stream" })
    }).annotate(AccessRule, SignedIn)
  )
  .middleware(Authorization)
  .prefix("/stream")
{}
