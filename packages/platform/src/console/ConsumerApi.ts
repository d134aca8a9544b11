import { ConsumerReplay, ConsumerState } from "@innkeeper/runtime/api"
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup } from "effect/http-api"
import { AccessRule, AdminToken } from "../access/Access.ts"
import { Instant } from "../access/Instant.ts"
import { NotFound } from "../access/Problems.ts"
import { Text } from "../access/Text.ts"
import { AdminAuthorization } from "../tenant/AdminAuthorization.ts"

/** Consumers of events: how far behind each is, and how to give one its events again. */
export class ConsumerApi extends HttpApiGroup.make("consumers")
  .add(
    HttpApiEndpoint.get("list", "/", { success: Schema.Array(ConsumerState) }).annotate(AccessRule, AdminToken),
    HttpApiEndpoint.post("replay", "/:name/replay", {
      params: { name: Text(200) },
      payload: Schema.Struct({ from: Instant }),
      success: ConsumerReplay,
      error: NotFound
    }).annotate(AccessRule, AdminToken)
  )
  .middleware(AdminAuthorization)
  .prefix("/admin/consumers")
{}
