import { NodeClusterSocket, NodeCrypto } from "@effect/platform-node"
import { Effect, Layer, Option } from "effect"
import {
  RunnerAddress,
  RunnerHealth,
  Runners,
  RunnerStorage,
  Sharding,
  ShardingConfig,
  SqlRunnerStorage
} from "effect/cluster"
import { clusterPrefix } from "../Migrations.ts"
import { KnownWorkflows } from "../workflow/KnownWorkflows.ts"
import { workflowEngine } from "../workflow/workflowEngine.ts"
import { workflowMessages } from "../workflow/WorkflowMessages.ts"
import { AgreementLive } from "./Agreement.ts"
import { DatabaseClock } from "./DatabaseClock.ts"
import { KnownEntities, KnownEntitiesSharding } from "./KnownEntities.ts"
import { LockChecks } from "./LockChecks.ts"
import { LockRecovery } from "./LockRecovery.ts"
import { MessagesLive } from "./Messages.ts"
import { Presence } from "./Presence.ts"
import { clusterSettings } from "./Settings.ts"
import { StorageReadsLive } from "./StorageReadsLive.ts"
import { TimersLive } from "./Timers.ts"

/** How this process takes part in the cluster. */
export type ClusterMode =
  & {
    /** Entities in its memory, up to 80 KiB each. With so many, messages of others wait in the database until one leaves. */
    readonly maxResidentEntities?: number
  }
  & ({
    readonly kind: "embedded"
  } | {
    readonly kind: "cluster"
    /** Address under which the other pods reach this one. */
    readonly host: string
    readonly port: number
    /**
     * Where to listen, if not at `host` and `port`: something in front of this pod hands on what comes there. Nobody is asked
     * who they are, so only the other pods may reach it.
     */
    readonly listen?: { readonly host: string; readonly port: number }
  })

const settingsOf = ({ maxResidentEntities = 10_000 }: ClusterMode) => ({ ...clusterSettings, maxResidentEntities })

/** One runner: its shards are its own, so a restart after a kill waits for no lock to expire. */
const embedded = (mode: ClusterMode) =>
  Sharding.layer.pipe(
    Layer.provideMerge(Runners.layerNoop),
    Layer.provideMerge(workflowMessages),
    Layer.provideMerge(MessagesLive),
    Layer.provide([RunnerStorage.layerMemory, RunnerHealth.layerNoop]),
    // Nobody waits for its shards: what is under way goes on after the next start.
    Layer.provide(ShardingConfig.layer({ ...settingsOf(mode), entityTerminationTimeout: 1000 })),
    Layer.provide(NodeCrypto.layerDigest)
  )

/** A runner among others on one database; shards are held by advisory locks and move when a pod comes or goes. */
const member = (mode: Extract<ClusterMode, { readonly kind: "cluster" }>) => {
  const { host, port } = mode
  const listen = mode.listen ?? { host, port }
  const shardingConfig = {
    ...settingsOf(mode),
    runnerAddress: Option.some(RunnerAddress.make(host, port)),
    runnerListenAddress: Option.some(RunnerAddress.make(listen.host, listen.port))
  }
  return NodeClusterSocket.layer({ storage: "byo", shardingConfig }).pipe(
    Layer.provide(Presence(`${host}:${port}`)),
    Layer.provideMerge(workflowMessages),
    Layer.provideMerge(MessagesLive),
    Layer.provide(LockChecks),
    Layer.provide(LockRecovery),
    Layer.provide(Layer.orDie(SqlRunnerStorage.layerStorage({ prefix: clusterPrefix }))),
    Layer.provide(ShardingConfig.layer(shardingConfig)),
    Layer.provide(NodeCrypto.layerDigest),
    Layer.provideMerge(DatabaseClock)
  )
}

/** Entities, singletons, schedules and durable workflows on the process's database. */
export const clusterLayer = (mode: ClusterMode) =>
  Layer.merge(TimersLive, StorageReadsLive).pipe(
    Layer.provideMerge(workflowEngine),
    Layer.provideMerge(KnownEntitiesSharding),
    Layer.provideMerge(mode.kind === "embedded" ? embedded(mode) : member(mode)),
    Layer.provideMerge(Layer.merge(KnownWorkflows.layer, KnownEntities.layer)),
    Layer.provide(AgreementLive),
    Layer.tap(() => Effect.logInfo(mode.kind === "embedded" ? "One runner" : `Runner ${mode.host}:${mode.port}`))
  )
