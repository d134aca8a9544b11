import { TenantSlug } from "@innkeeper/config"
import { Argument } from "effect/cli"

export const slugArgument = Argument.String("slug").pipe(
  Argument.withSchema(TenantSlug),
  Argument.withDescription("The tenant's slug"),
  Argument.withMetavar("SLUG")
)
