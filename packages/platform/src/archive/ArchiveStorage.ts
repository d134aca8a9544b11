import { NodeFileSystem, NodePath } from "@effect/platform-node"
import { makeFolder } from "@innkeeper/database"
import {
  ByteSize,
  Context,
  DateTime,
  Effect,
  FileSystem,
  Layer,
  Option,
  Path,
  type PlatformError,
  Schema,
  Stream
} from "effect"
import { SecureRandom } from "effect/crypto"

/** Name of an archive: the tenant's slug, the time of its beginning, and what tells two of the same second apart. */
export const ArchiveName = Schema.String.check(
  Schema.isPattern(/^[a-z0-9-]{1,63}\.\d{8}T\d{6}Z\.[0-9a-f]{8}\.jsonl\.gz$/)
).pipe(Schema.brand("ArchiveName"))
export type ArchiveName = typeof ArchiveName.Type
const isArchiveName = Schema.is(ArchiveName)

/** The storage has no archive with this name. */
export class ArchiveMissing extends Schema.TaggedError<ArchiveMissing>()("ArchiveMissing", { name: ArchiveName }) {
  override get message() {
    return `There is no archive ${this.name}.`
  }
}

/** The storage cannot be written or read; `reason` is what the system said. */
export class ArchiveStorageFailed extends Schema.TaggedError<ArchiveStorageFailed>()("ArchiveStorageFailed", {
  reason: Schema.String
}) {
  override get message() {
    return `The storage of archives failed: ${this.reason}.`
  }
}

/** Where archives are kept. */
export class ArchiveStorage extends Context.Service<ArchiveStorage, {
  /** Keeps the content under the name when all of it is there, and returns its bytes. A failure leaves nothing behind. */
  readonly write: <R>(
    name: ArchiveName,
    content: Stream.Stream<Uint8Array, never, R>
  ) => Effect.Effect<number, ArchiveStorageFailed, R>
  readonly read: (name: ArchiveName) => Stream.Stream<Uint8Array, ArchiveMissing | ArchiveStorageFailed>
  /** Names of all archives that are whole. */
  readonly list: Effect.Effect<ReadonlyArray<ArchiveName>, ArchiveStorageFailed>
  /** Deletes an archive, if there is one with the name. */
  readonly remove: (name: ArchiveName) => Effect.Effect<void, ArchiveStorageFailed>
  /** Deletes what processes left behind that were killed while they wrote, and last wrote before the time. */
  readonly removeUnfinished: (before: DateTime.Utc) => Effect.Effect<void, ArchiveStorageFailed>
}>()("platform/ArchiveStorage") {
  /** A folder, made when it is missing. Every process of an installation must see the same one. */
  static readonly folder = (folder: string) =>
    Layer.effect(
      ArchiveStorage,
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const path = yield* Path.Path
        const made = Effect.provideContext(
          makeFolder(folder, { mode: 0o700 }),
          yield* Effect.context<FileSystem.FileSystem | Path.Path>()
        )

        const write = <R>(name: ArchiveName, content: Stream.Stream<Uint8Array, never, R>) =>
          Effect.gen(function*() {
            yield* made
            const unfinished = yield* Effect.acquireRelease(
              Effect.succeed(path.join(folder, `.${name}.${SecureRandom.uuidV7Unsafe()}`)),
              (file) => Effect.ignore(fs.remove(file, { force: true }))
            )
            yield* Stream.run(content, fs.sink(unfinished, { flag: "wx", mode: 0o600 }))
            const file = yield* fs.open(unfinished)
            yield* file.sync
            yield* fs.rename(unfinished, path.join(folder, name))
            return ByteSize.toNumberUnsafe((yield* file.stat).size)
          }).pipe(Effect.scoped, Effect.mapError(failed))

        const read = (name: ArchiveName) =>
          Stream.mapError(
            fs.stream(path.join(folder, name)),
            (error) => error.reason._tag === "NotFound" ? new ArchiveMissing({ name }) : failed(error)
          )

        const names = Effect.gen(function*() {
          return (yield* fs.exists(folder)) ? yield* fs.readDirectory(folder) : []
        }).pipe(Effect.mapError(failed))
        const list = Effect.map(names, (all) => all.filter(isArchiveName))

        const remove = (name: ArchiveName) =>
          Effect.mapError(fs.remove(path.join(folder, name), { force: true }), failed)

        const removeUnfinished = Effect.fnUntraced(function*(before: DateTime.Utc) {
          for (const name of (yield* names).filter((one) => isArchiveName(unfinishedName.exec(one)?.[1]))) {
            const file = path.join(folder, name)
            const { mtime } = yield* fs.stat(file)
            const isOld = Option.exists(mtime, (at) => at.getTime() < DateTime.toEpochMillis(before))
            if (isOld) yield* fs.remove(file, { force: true })
          }
        }, Effect.catchTag("PlatformError", failing))

        return ArchiveStorage.of({ write, read, list, remove, removeUnfinished })
      })
    ).pipe(Layer.provide([NodeFileSystem.layer, NodePath.layer]))
}

/** A file that is being written: its archive's name, and an id of the writing. */
const unfinishedName = /^\.(.+)\.[0-9a-f-]{36}$/

const failed = (error: PlatformError.PlatformError) => new ArchiveStorageFailed({ reason: error.message })

/** What another process has finished or deleted meanwhile is none of it any more. */
const failing = (error: PlatformError.PlatformError) =>
  error.reason._tag === "NotFound" ? Effect.void : Effect.fail(failed(error))
