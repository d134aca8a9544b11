import { NodeHttpClient } from "@effect/platform-node"
import { RedisConfig, ServerConfig, TenantSlug } from "@innkeeper/config"
import { carryTenant } from "@innkeeper/platform"
import { Console, Effect, Layer, Option, Schema } from "effect"
import { openInstallation } from "./Installation.ts"
import { servicesLayer } from "./Server.ts"

/** What the program `move` was told does not make sense. */
export class MoveUnclear extends Schema.TaggedError<MoveUnclear>()("MoveUnclear", { problem: Schema.String }) {
  override get message() {
    return this.problem
  }
}

const Direction = Schema.Literals(["in", "out"])

/** Nobody has to be limited here, so no Redis is needed. */
const alone = (config: ServerConfig) => new ServerConfig({ ...config, redis: new RedisConfig({}) })

const unclear = (problem: string) => new MoveUnclear({ problem })

/**
 * Carries the data of the tenant whose database this is: `in`, from the server that `MOVE_URL` names, or `out`, to it. The
 * database is brought up to date before. No server of the tenant may run meanwhile.
 */
export const move = Effect.fnUntraced(function*(config: ServerConfig, [way, name]: ReadonlyArray<string>) {
  const direction = Schema.decodeUnknownOption(Direction)(way)
  const slug = Schema.decodeUnknownOption(TenantSlug)(name)
  const { key, url } = config.move
  if (Option.isNone(direction) || Option.isNone(slug)) {
    return yield* unclear("expected `move in SLUG` or `move out SLUG`")
  }
  if (url === undefined || key === undefined) return yield* unclear("MOVE_URL and MOVE_KEY have to be set")
  const services = yield* Layer.build(
    Layer.merge(servicesLayer(alone(config), yield* openInstallation(config)), NodeHttpClient.layerUndici)
  )
  const rows = yield* Effect.provideContext(
    carryTenant({ direction: direction.value, slug: slug.value, url, key }),
    services
  )
  yield* Console.log(`${rows} rows of ${slug.value} were carried ${direction.value}.`)
}, Effect.scoped)
