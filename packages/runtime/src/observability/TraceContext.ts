import { Effect, Option, Tracer } from "effect"
import { Headers, HttpTraceContext } from "effect/http"

/** The nearest span that has ids of its own. Spans that are not made, because nobody collects them, have none. */
export const identified = (span: Tracer.AnySpan | undefined): Tracer.AnySpan | undefined => {
  if (span === undefined || span.traceId !== "noop") return span
  return span._tag === "Span" ? identified(Option.getOrUndefined(span.parent)) : undefined
}

/** The `traceparent` (W3C Trace Context) of the current work; null outside a trace. */
export const currentTraceparent: Effect.Effect<string | null> = Effect.map(
  Effect.option(Effect.currentParentSpan),
  (current) => {
    const span = identified(Option.getOrUndefined(current))
    return span === undefined ? null : `00-${span.traceId.padStart(32, "0")}-${span.spanId}-0${span.sampled ? 1 : 0}`
  }
)

/** Does the work as a part of the trace that a `traceparent` names; as it is where there is none, or none that is valid. */
export const inTrace =
  (traceparent: string | null) => <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    traceparent === null ? effect : Option.match(HttpTraceContext.w3c(Headers.fromInput({ traceparent })), {
      onNone: () => effect,
      onSome: (span) => Effect.withParentSpan(effect, span)
    })
