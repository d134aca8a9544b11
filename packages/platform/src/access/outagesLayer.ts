import { Layer } from "effect"
import { Outages } from "./Outages.ts"

/** The answer itself is made at the edge, see `errorResponse`: also of what breaks before an endpoint is reached. */
export const outagesLayer = Layer.succeed(Outages, Outages.of((effect) => effect))
