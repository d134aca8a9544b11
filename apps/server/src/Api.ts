import { OncallApi } from "@innkeeper/oncall/api"
import { ConsoleApi, PlatformApi } from "@innkeeper/platform/api"
import { HttpApi, OpenApi } from "effect/http-api"
import { version } from "./Program.ts"

/** Everything that Innkeeper answers over HTTP, as `/openapi.json` and `/docs` show it. */
export class Api extends HttpApi.make("innkeeper")
  .addHttpApi(PlatformApi)
  .addHttpApi(OncallApi)
  .addHttpApi(ConsoleApi)
  .annotate(OpenApi.Title, "Innkeeper")
  .annotate(OpenApi.Version, version)
  .annotate(
    OpenApi.Description,
    "Alerts in, pages out, and the platform they stand on. People sign in by cookie; programs send an API key as " +
      "`Authorization: Bearer ik_…`. Errors are problem documents (RFC 9457)."
  )
{}
