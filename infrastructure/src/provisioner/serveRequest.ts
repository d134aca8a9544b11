import { Cause, Deferred, Effect, Schema, Stream } from "effect"
import { ProvisionFailed } from "./ProvisionFailed.ts"
import type { Tell } from "./Work.ts"

/** The request came to nothing, and whoever asked has been told. */
export class RequestFailed extends Schema.TaggedError<RequestFailed>()("RequestFailed", {}) {}

const broken = new ProvisionFailed({
  problems: ["The provisioner made a mistake, which is in its log."],
  refused: false
})

/** Tells of a failure as the last event. */
export const tellFailure = (tell: Tell) => ({ problems, refused }: ProvisionFailed) =>
  Effect.andThen(tell({ _tag: "Failed", problems, refused }), new RequestFailed())

/**
 * Serves the request on the first line of the input. When the input ends before the work does, whoever asked is gone: the
 * work is interrupted, and its end awaited. Whatever comes of it, the last event is `Done` or `Failed`.
 */
export const serveRequest = <E, R>(
  input: Stream.Stream<string, E>,
  serve: (line: string) => Effect.Effect<void, ProvisionFailed, R>,
  tell: Tell
): Effect.Effect<void, RequestFailed, R> =>
  Effect.gen(function*() {
    const request = yield* Deferred.make<string, ProvisionFailed>()
    const gone = yield* Deferred.make<never, ProvisionFailed>()
    const reading = Stream.runForEach(Stream.splitLines(input), (line) => Deferred.succeed(request, line)).pipe(
      Effect.ignore,
      Effect.andThen(
        Deferred.fail(request, new ProvisionFailed({ problems: ["There was no request."], refused: true }))
      ),
      Effect.andThen(
        Deferred.fail(
          gone,
          new ProvisionFailed({ problems: ["Stopped before the end, since whoever asked is gone."], refused: false })
        )
      )
    )
    yield* Effect.forkScoped(reading)
    yield* Effect.raceFirst(serve(yield* Deferred.await(request)), Deferred.await(gone))
  }).pipe(
    Effect.scoped,
    Effect.catchCauseIf(
      Cause.hasDies,
      (cause) => Effect.andThen(Effect.logError("The provisioner broke", cause), Effect.fail(broken))
    ),
    Effect.catchTag("ProvisionFailed", tellFailure(tell))
  )
