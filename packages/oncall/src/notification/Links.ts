import { TenantId } from "@innkeeper/config"
import { Signer } from "@innkeeper/platform"
import { UserId } from "@innkeeper/platform/api"
import { type Duration, Effect, Schema } from "effect"
import { IncidentId } from "../incident/Incident.ts"
import { LinkRefused } from "./LinkApi.ts"

/** What a link in a page allows its holder to do. */
export const LinkClaim = Schema.Struct({
  tenantId: TenantId,
  incidentId: IncidentId,
  userId: UserId,
  userName: Schema.String,
  action: Schema.Literals(["acknowledge", "resolve"])
})
export type LinkClaim = typeof LinkClaim.Type

const purpose = "oncall.link"
const Claim = Schema.fromJsonString(LinkClaim)

export const signLink = (signer: Signer["Service"], claim: LinkClaim, lifetime: Duration.Duration) =>
  Effect.flatMap(Effect.orDie(Schema.encodeEffect(Claim)(claim)), (text) => signer.sign(purpose, text, lifetime))

/** The claim of a token that this installation signed and that is not too old. */
export const readLink = Effect.fnUntraced(function*(signer: Signer["Service"], token: string) {
  const text = yield* signer.verify(purpose, token).pipe(
    Effect.mapError((error) => new LinkRefused({ reason: error._tag === "TokenExpired" ? "expired" : "invalid" }))
  )
  return yield* Schema.decodeEffect(Claim)(text).pipe(Effect.mapError(() => new LinkRefused({ reason: "invalid" })))
})
