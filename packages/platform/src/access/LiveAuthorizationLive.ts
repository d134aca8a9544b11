import { LiveAuthorizationByViewers } from "@innkeeper/runtime"
import { Layer } from "effect"
import { ViewersLive } from "./ViewersLive.ts"

/** Lets sessions and API keys open live connections. */
export const LiveAuthorizationLive = Layer.provideMerge(LiveAuthorizationByViewers, ViewersLive)
