import { NodeStream } from "@effect/platform-node"
import { TenantId, TenantSlug } from "@innkeeper/config"
import type { TenantTable } from "@innkeeper/database"
import { Effect, Option, Schema, Stream } from "effect"
import { createHmac } from "node:crypto"
import { createGunzip, createGzip } from "node:zlib"
import { sameText } from "../secrets/sameText.ts"

/**
 * The form of an archive: lines of JSON, compressed by gzip. The first is the header; for each table there is a `TableLine`
 * and then its rows, arrays of the columns' values as PostgreSQL writes them in text; the last is the trailer.
 */
export const archiveFormat = "innkeeper-tenant/1"

const Header = Schema.Struct({
  format: Schema.Literals([archiveFormat]),
  at: Schema.DateTimeUtcFromString,
  /** The tenant's id. */
  id: TenantId,
  slug: TenantSlug,
  /** The newest migration of each set. */
  schema: Schema.Record(Schema.String, Schema.Int),
  /** A transaction that had not begun: the database has to be as far before the archive can be restored in it. */
  transaction: Schema.BigIntFromString,
  /** The row of the registry, for whoever reads the archive. */
  tenant: Schema.Json
})
export type ArchiveHeader = typeof Header.Type

const TableLine = Schema.Struct({ table: Schema.String, columns: Schema.Array(Schema.String) })

const Trailer = Schema.Struct({
  rows: Schema.Int,
  /** HMAC-SHA-256 of all lines before it. */
  seal: Schema.String
})

const HeaderText = Schema.fromJsonString(Header)
const TableText = Schema.fromJsonString(TableLine)
const TrailerText = Schema.fromJsonString(Trailer)

export const headerLine = Schema.encodeSync(HeaderText)
export const tableLine = ({ columns, name }: TenantTable) =>
  Schema.encodeSync(TableText)({ table: name, columns: columns.map(({ name }) => name) })
export const readTableLine = Schema.decodeUnknownOption(TableText)
const readHeader = Schema.decodeUnknownOption(HeaderText)
const readTrailer = Schema.decodeUnknownOption(TrailerText)

/** Sets of migrations of which an archive and a database have different newest ones, in words. */
export const differingSets = (
  archive: ArchiveHeader["schema"],
  database: ArchiveHeader["schema"]
): ReadonlyArray<string> =>
  [...new Set([...Object.keys(archive), ...Object.keys(database)])]
    .filter((set) => archive[set] !== database[set])
    .map((set) => `${set}: ${archive[set] ?? "none"} then, ${database[set] ?? "none"} now`)

/** Whether the line is a row, and not what stands before or after rows. */
export const isRow = (line: string) => line.startsWith("[")

/** Counts and signs lines in their order. */
const makeSeal = (key: Buffer) => {
  const mac = createHmac("sha256", key)
  let rows = 0
  return {
    add: (line: string) => {
      mac.update(line).update("\n")
      if (isRow(line)) rows++
    },
    rows: () => rows,
    close: (): typeof Trailer.Type => ({ rows, seal: mac.digest("base64url") })
  }
}

/** An archive with these lines, each without its end. `content` can be read once; `rows` is the number then. */
export const archiveOf = <R>(key: Buffer, lines: Stream.Stream<string, never, R>) => {
  const seal = makeSeal(key)
  const sealed = Stream.mapArray(lines, (chunk) => {
    for (const line of chunk) seal.add(line)
    return [`${chunk.join("\n")}\n`]
  })
  const trailer = Stream.sync(() => `${Schema.encodeSync(TrailerText)(seal.close())}\n`)
  const content: Stream.Stream<Uint8Array, never, R> = Stream.concat(sealed, trailer).pipe(
    Stream.encodeText,
    NodeStream.pipeThroughDuplex({ evaluate: () => createGzip(), chunkSize }),
    Stream.orDie
  )
  return { content, rows: () => seal.rows() }
}

/** Reads of 16 KiB that may wait for whoever takes them. */
const chunkSize = 16

/** The content is no archive, or not a whole one, or not as it was written. */
export class ArchiveDamaged extends Schema.TaggedError<ArchiveDamaged>()("ArchiveDamaged", {}) {}

/** The lines of an archive. Bytes that were cut or changed are found by `verifiedHeader`. */
export const linesOf = <E, R>(bytes: Stream.Stream<Uint8Array, E, R>): Stream.Stream<string, E | ArchiveDamaged, R> =>
  bytes.pipe(
    NodeStream.pipeThroughDuplex({ evaluate: () => createGunzip(), onError: () => new ArchiveDamaged(), chunkSize }),
    Stream.decodeText,
    Stream.splitLines
  )

/** Reads all of an archive and returns its header, if the archive is whole and was sealed with the key. */
export const verifiedHeader = Effect.fnUntraced(function*<E, R>(key: Buffer, lines: Stream.Stream<string, E, R>) {
  const seal = makeSeal(key)
  let first: string | undefined
  let last: string | undefined
  yield* Stream.runForEachArray(lines, (chunk) =>
    Effect.sync(() => {
      first ??= chunk[0]
      for (const line of chunk) {
        if (last !== undefined) seal.add(last)
        last = line
      }
    }))
  const header = readHeader(first)
  const trailer = readTrailer(last)
  const expected = seal.close()
  if (Option.isNone(header) || Option.isNone(trailer) || !sameText(trailer.value.seal, expected.seal)) {
    return yield* new ArchiveDamaged()
  }
  return header.value
})
