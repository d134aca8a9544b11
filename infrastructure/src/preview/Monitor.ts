import grpc from "@grpc/grpc-js"
import engineService from "@pulumi/pulumi/proto/engine_grpc_pb.js"
import type * as EngineMessages from "@pulumi/pulumi/proto/engine_pb.js"
import engineMessages from "@pulumi/pulumi/proto/engine_pb.js"
import resourceService from "@pulumi/pulumi/proto/resource_grpc_pb.js"
import type * as ResourceMessages from "@pulumi/pulumi/proto/resource_pb.js"
import resourceMessages from "@pulumi/pulumi/proto/resource_pb.js"
import { Effect } from "effect"
import empty from "google-protobuf/google/protobuf/empty_pb.js"
import struct from "google-protobuf/google/protobuf/struct_pb.js"
import type { Previewed } from "./Previewed.ts"

/** Bytes: a large stack in one message. */
const largestMessage = 64 * 1024 * 1024

type Call<Request> = grpc.ServerUnaryCall<Request, unknown>
type Answer<Response> = grpc.sendUnaryData<Response>

/** What the engine heard while a program ran. */
export interface Monitor {
  /** `host:port` at which the program finds its engine. */
  readonly address: string
  readonly resources: ReadonlyArray<Previewed>
  /** What the program complained of. */
  readonly complaints: ReadonlyArray<string>
}

const urnOf = (stack: string, project: string, request: ResourceMessages.RegisterResourceRequest) => {
  const parentType = request.getParent().split("::")[2] ?? ""
  const within = parentType === "" || parentType === "pulumi:pulumi:Stack" ? "" : `${parentType}$`
  return `urn:pulumi:${stack}::${project}::${within}${request.getType()}::${request.getName()}`
}

const recordOf = (urn: string, request: ResourceMessages.RegisterResourceRequest): Previewed => ({
  urn,
  type: request.getType(),
  name: request.getName(),
  parent: request.getParent(),
  inputs: request.getObject()?.toJavaScript() ?? {},
  protect: request.getProtect() === true,
  dependencies: request.getDependenciesList(),
  version: request.getVersion(),
  secretOutputs: request.getAdditionalsecretoutputsList()
})

const features = ["secrets", "resourceReferences", "aliasSpecs", "deletedWith"]

/**
 * The part of Pulumi's engine that a program speaks to. It takes what the program registers, refuses a URN that comes
 * twice, as the engine does, and makes nothing. It needs no CLI, no provider and no state.
 */
export const makeMonitor = Effect.fnUntraced(function*(stack: string, project: string) {
  const resources: Array<Previewed> = []
  const complaints: Array<string> = []
  let root = ""

  const monitor = {
    supportsFeature: (
      { request }: Call<ResourceMessages.SupportsFeatureRequest>,
      answer: Answer<ResourceMessages.SupportsFeatureResponse>
    ) => {
      const response = new resourceMessages.SupportsFeatureResponse()
      response.setHassupport(features.includes(request.getId()))
      answer(null, response)
    },
    registerResource: (
      { request }: Call<ResourceMessages.RegisterResourceRequest>,
      answer: Answer<ResourceMessages.RegisterResourceResponse>
    ) => {
      const urn = urnOf(stack, project, request)
      if (resources.some((resource) => resource.urn === urn)) {
        const message = `Duplicate resource URN '${urn}'`
        complaints.push(message)
        return answer({ code: grpc.status.ALREADY_EXISTS, message })
      }
      resources.push(recordOf(urn, request))
      const response = new resourceMessages.RegisterResourceResponse()
      response.setUrn(urn)
      response.setObject(request.getObject() ?? struct.Struct.fromJavaScript({}))
      answer(null, response)
    },
    registerResourceOutputs: (_: unknown, answer: Answer<unknown>) => answer(null, new empty.Empty()),
    signalAndWaitForShutdown: (_: unknown, answer: Answer<unknown>) => answer(null, new empty.Empty())
  }

  const engine = {
    log: ({ request }: Call<EngineMessages.LogRequest>, answer: Answer<unknown>) => {
      if (request.getSeverity() === engineMessages.LogSeverity.ERROR) complaints.push(request.getMessage())
      answer(null, new empty.Empty())
    },
    getRootResource: (_: unknown, answer: Answer<EngineMessages.GetRootResourceResponse>) => {
      const response = new engineMessages.GetRootResourceResponse()
      response.setUrn(root)
      answer(null, response)
    },
    setRootResource: (
      { request }: Call<EngineMessages.SetRootResourceRequest>,
      answer: Answer<EngineMessages.SetRootResourceResponse>
    ) => {
      root = request.getUrn()
      answer(null, new engineMessages.SetRootResourceResponse())
    }
  }

  const server = yield* Effect.acquireRelease(
    Effect.sync(() => {
      const server = new grpc.Server({
        "grpc.max_receive_message_length": largestMessage,
        "grpc.max_send_message_length": largestMessage
      })
      server.addService(resourceService.ResourceMonitorService, monitor)
      server.addService(engineService.EngineService, engine)
      return server
    }),
    (server) => Effect.sync(() => server.forceShutdown())
  )
  const port = yield* Effect.callback<number>((resume) => {
    server.bindAsync(
      "127.0.0.1:0",
      grpc.ServerCredentials.createInsecure(),
      (error, port) => resume(error === null ? Effect.succeed(port) : Effect.die(error))
    )
  })
  const made: Monitor = { address: `127.0.0.1:${port}`, resources, complaints }
  return made
})
