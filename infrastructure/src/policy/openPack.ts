import grpc from "@grpc/grpc-js"
import analyzerService from "@pulumi/pulumi/proto/analyzer_grpc_pb.js"
import type * as AnalyzerMessages from "@pulumi/pulumi/proto/analyzer_pb.js"
import analyzerMessages from "@pulumi/pulumi/proto/analyzer_pb.js"
import { Effect, Schema, Stream } from "effect"
import { ChildProcess } from "effect/process"
import empty from "google-protobuf/google/protobuf/empty_pb.js"
import struct from "google-protobuf/google/protobuf/struct_pb.js"
import { createRequire, getCompileCacheDir } from "node:module"
import { fileURLToPath } from "node:url"
import type { Previewed } from "../preview/Previewed.ts"

/** Something that a rule forbids. */
export interface Violation {
  readonly rule: string
  readonly urn: string
  readonly problem: string
}

/** The policy pack did not start or did not answer. */
export class PackFailed extends Schema.TaggedError<PackFailed>()("PackFailed", { message: Schema.String }) {}

const packFolder = fileURLToPath(new URL("./pack", import.meta.url))
const host = createRequire(import.meta.url).resolve("@pulumi/pulumi/cmd/run-policy-pack")

/** Bytes: a large stack in one message. */
const largestMessage = 64 * 1024 * 1024

const inputsOf = ({ inputs }: Previewed) => struct.Struct.fromJavaScript(JSON.parse(JSON.stringify(inputs)))

const optionsOf = ({ protect }: Previewed) => {
  const options = new analyzerMessages.AnalyzerResourceOptions()
  options.setProtect(protect)
  return options
}

const requestOf = (resource: Previewed) => {
  const request = new analyzerMessages.AnalyzeRequest()
  request.setType(resource.type)
  request.setUrn(resource.urn)
  request.setName(resource.name)
  request.setProperties(inputsOf(resource))
  request.setOptions(optionsOf(resource))
  return request
}

const stackRequestOf = (resources: ReadonlyArray<Previewed>) => {
  const request = new analyzerMessages.AnalyzeStackRequest()
  request.setResourcesList(resources.map((resource) => {
    const analyzed = new analyzerMessages.AnalyzerResource()
    analyzed.setType(resource.type)
    analyzed.setUrn(resource.urn)
    analyzed.setName(resource.name)
    analyzed.setParent(resource.parent)
    analyzed.setDependenciesList([...resource.dependencies])
    analyzed.setProperties(inputsOf(resource))
    analyzed.setOptions(optionsOf(resource))
    return analyzed
  }))
  return request
}

const failed = (message: string) => new PackFailed({ message })

/** Starts the pack as Pulumi's engine does, and gives a client of it. */
const startPack = Effect.gen(function*() {
  const child = yield* ChildProcess.make(process.execPath, [host, "127.0.0.1:1", packFolder], {
    cwd: packFolder,
    env: { PATH: "/usr/local/bin:/usr/bin:/bin", NODE_COMPILE_CACHE: getCompileCacheDir() ?? "" },
    extendEnv: false,
    stdin: "ignore"
  })
  const output = yield* child.all.pipe(
    Stream.decodeText,
    Stream.scan(() => "", (before, text) => before + text),
    Stream.takeUntil((text) => /^\d+$/m.test(text)),
    Stream.runLast
  )
  const said = output._tag === "Some" ? output.value : ""
  const port = /^(\d+)$/m.exec(said)?.[1]
  if (port === undefined) return yield* failed(`The policy pack did not start: ${said}`)
  return yield* Effect.acquireRelease(
    Effect.sync(() =>
      new analyzerService.AnalyzerClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), {
        "grpc.max_send_message_length": largestMessage,
        "grpc.max_receive_message_length": largestMessage
      })
    ),
    (client) => Effect.sync(() => client.close())
  )
})

/** One call of the pack. */
const call = <A>(run: (answer: (error: grpc.ServiceError | null, response: A) => void) => void) =>
  Effect.callback<A, PackFailed>((resume) =>
    run((error, response) => resume(error === null ? Effect.succeed(response) : Effect.fail(failed(error.message))))
  )

const violationsOf = (response: AnalyzerMessages.AnalyzeResponse) =>
  response.getDiagnosticsList().map((diagnostic): Violation => ({
    rule: diagnostic.getPolicyname(),
    urn: diagnostic.getUrn(),
    problem: diagnostic.getMessage()
  }))

/**
 * Starts the real policy pack in a process of its own, as long as the scope lasts. Gives the names of its rules, and a
 * function that finds what breaks them among the resources of a stack.
 */
export const openPack = Effect.gen(function*() {
  const client = yield* startPack
  const info = yield* call<AnalyzerMessages.AnalyzerInfo>((answer) => client.getAnalyzerInfo(new empty.Empty(), answer))
  const configuration = new analyzerMessages.ConfigureAnalyzerRequest()
  for (const policy of info.getPoliciesList()) {
    const config = new analyzerMessages.PolicyConfig()
    config.setEnforcementlevel(policy.getEnforcementlevel())
    config.setProperties(struct.Struct.fromJavaScript({}))
    configuration.getPolicyconfigMap().set(policy.getName(), config)
  }
  yield* call<unknown>((answer) => client.configure(configuration, answer))
  const violationsIn = Effect.fnUntraced(function*(resources: ReadonlyArray<Previewed>) {
    const each = yield* Effect.forEach(resources, (resource) =>
      Effect.map(
        call<AnalyzerMessages.AnalyzeResponse>((answer) => client.analyze(requestOf(resource), answer)),
        (response) => violationsOf(response).map((violation) => ({ ...violation, urn: resource.urn }))
      ), { concurrency: 8 })
    const together = yield* call<AnalyzerMessages.AnalyzeResponse>((answer) =>
      client.analyzeStack(stackRequestOf(resources), answer)
    )
    return [...each.flat(), ...violationsOf(together)]
  })
  return { rules: info.getPoliciesList().map((policy) => policy.getName()), violationsIn }
}).pipe(Effect.catchTag("PlatformError", (error) => Effect.fail(failed(error.message))))
