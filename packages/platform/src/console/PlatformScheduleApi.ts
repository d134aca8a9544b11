import { ScheduleState } from "@innkeeper/runtime/api"
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup } from "effect/http-api"
import { AccessRule, AdminToken } from "../access/Access.ts"
import { AdminAuthorization } from "../tenant/AdminAuthorization.ts"

/** Periodic tasks of the platform. A tenant's on-call schedules are others. */
export class PlatformScheduleApi extends HttpApiGroup.make("platformSchedules")
  .add(HttpApiEndpoint.get("list", "/", { success: Schema.Array(ScheduleState) }).annotate(AccessRule, AdminToken))
  .middleware(AdminAuthorization)
  .prefix("/admin/schedules")
{}
