import { HttpApiMiddleware } from "effect/http-api"
import { Unavailable } from "./Problems.ts"

/**
 * Has the contract of each endpoint say that it may be answered with 503: the database is out of reach, or the server is
 * stopping. Clients take what no contract has for the answer of another server.
 */
export class Outages extends HttpApiMiddleware.Service<Outages>()("platform/Outages", { error: Unavailable }) {}
