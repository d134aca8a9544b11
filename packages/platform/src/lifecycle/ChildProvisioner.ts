import { NodeServices } from "@effect/platform-node"
import { ProvisionEvent, ProvisionRequest } from "@innkeeper/config"
import { Deferred, Duration, Effect, Layer, type PlatformError, Schema, Semaphore, Stream } from "effect"
import { ChildProcess, ChildProcessSpawner } from "effect/process"
import { Provisioner, ProvisionFailed } from "./Provisioner.ts"

/** How the provisioner's program is run. */
export interface ChildProvisionerOptions {
  readonly adapter: "render" | "pulumi"
  /** What Node.js runs: the program and its arguments. */
  readonly program: ReadonlyArray<string>
  /** All the variables that it sees. */
  readonly environment: Readonly<Record<string, string>>
  /** How long it may say nothing before it is taken to hang. */
  readonly silence: Duration.Duration
  /** How long it may take to stop in good order. */
  readonly grace: Duration.Duration
}

/** Programs that one process runs at once; each may take some hundred MB. The others wait. */
const atOnce = 4

const encodeRequest = Schema.encodeSync(Schema.fromJsonString(ProvisionRequest))
const decodeLine = Schema.decodeEffect(Schema.fromJsonString(ProvisionEvent))

/** The first part of a text that another program wrote. */
const cut = (text: string) => text.length <= 500 ? text : `${text.slice(0, 500)}…`

const failed = (problem: string) => new ProvisionFailed({ problems: [problem], refused: false })
const cannotRun = ({ message }: PlatformError.PlatformError) =>
  failed(`The provisioner cannot be run (PROVISIONER_PROGRAM): ${cut(message)}`)

const inWords = (duration: Duration.Duration) => {
  const seconds = Duration.toSeconds(duration)
  return seconds === 1 ? "1 second" : seconds < 120 ? `${seconds} seconds` : `${Math.round(seconds / 60)} minutes`
}

/**
 * Runs a program of its own for each request, as `ProvisionerProtocol` says. Its standard input stays open while this
 * process lives, so that it stops by itself when this process is killed. What it writes to its standard error goes to the log.
 */
export const childProvisioner = (options: ChildProvisionerOptions) =>
  Layer.effect(
    Provisioner,
    Effect.gen(function*() {
      const spawner = yield* ChildProcessSpawner.ChildProcessSpawner
      const places = yield* Semaphore.make(atOnce)

      const run = (request: ProvisionRequest, stop: Effect.Effect<void>) =>
        Stream.unwrap(Effect.gen(function*() {
          yield* Effect.acquireRelease(places.take(1), () => places.release(1), { interruptible: true })
          const closed = yield* Deferred.make<void>()
          const close = Deferred.succeed(closed, undefined)
          const line = new TextEncoder().encode(`${encodeRequest(request)}\n`)
          const child = yield* ChildProcess.make(process.execPath, [...options.program], {
            env: { ...options.environment },
            stdin: Stream.concat(Stream.make(line), Stream.drain(Stream.fromEffect(Deferred.await(closed)))),
            forceKillAfter: "2 seconds"
          }).pipe(Effect.mapError(cannotRun))

          yield* stop.pipe(
            Effect.andThen(close),
            Effect.andThen(Effect.sleep(options.grace)),
            Effect.andThen(child.kill({ killSignal: "SIGKILL" })),
            Effect.ignore,
            Effect.forkScoped
          )
          yield* child.stderr.pipe(
            Stream.decodeText,
            Stream.splitLines,
            Stream.runForEach((text) => Effect.logInfo(`provisioner: ${cut(text)}`)),
            Effect.annotateLogs({ operation: request.operation }),
            Effect.ignore,
            Effect.forkScoped
          )

          /** What the program came to, after its last event. */
          const end = (last: ProvisionEvent | undefined) =>
            Effect.gen(function*() {
              if (last?._tag === "Done") {
                yield* close
                return yield* Effect.ignore(Effect.timeoutOption(child.exitCode, options.grace))
              }
              if (last?._tag === "Failed") {
                return yield* new ProvisionFailed({ problems: last.problems, refused: last.refused })
              }
              const how = yield* Effect.match(child.exitCode, {
                onSuccess: (code) => `with code ${code}`,
                onFailure: () => "by a signal"
              })
              return yield* failed(`The provisioner ended ${how} before it was done; the same again goes on from there`)
            })

          let last: ProvisionEvent | undefined
          const events = child.stdout.pipe(
            Stream.decodeText,
            Stream.splitLines,
            Stream.mapError(cannotRun),
            Stream.timeoutOrElse({
              duration: options.silence,
              orElse: () => Stream.fail(failed(`The provisioner said nothing for ${inWords(options.silence)}`))
            }),
            Stream.mapEffect((text) =>
              Effect.mapError(
                decodeLine(text),
                () => failed(`The provisioner said something that is not understood: ${cut(text)}`)
              )
            ),
            Stream.tap((event) =>
              Effect.sync(() => {
                last = event
              })
            ),
            Stream.takeUntil(({ _tag }) => _tag === "Done" || _tag === "Failed")
          )
          return Stream.concat(events, Stream.drain(Stream.fromEffect(Effect.suspend(() => end(last)))))
        })).pipe(Stream.provideService(ChildProcessSpawner.ChildProcessSpawner, spawner))

      return Provisioner.of({ adapter: options.adapter, run })
    })
  ).pipe(Layer.provide(NodeServices.layer))
