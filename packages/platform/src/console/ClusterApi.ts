import { ClusterState, EntityLoad } from "@innkeeper/runtime/api"
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup } from "effect/http-api"
import { AccessRule, AdminToken } from "../access/Access.ts"
import { AdminAuthorization } from "../tenant/AdminAuthorization.ts"

/** The cluster's pods, who holds each shard, and what waits for entities. */
export class ClusterApi extends HttpApiGroup.make("cluster")
  .add(
    HttpApiEndpoint.get("get", "/", { success: ClusterState }).annotate(AccessRule, AdminToken),
    HttpApiEndpoint.get("entities", "/entities", { success: Schema.Array(EntityLoad) }).annotate(AccessRule, AdminToken)
  )
  .middleware(AdminAuthorization)
  .prefix("/admin/cluster")
{}
