import { TenantConfig } from "@innkeeper/config"
import { ConsumerReading } from "@innkeeper/runtime"
import { Effect, Option, Schema, Stream } from "effect"
import { isRow } from "../archive/ArchiveFile.ts"
import { Holdings } from "./Holdings.ts"

/** What a move's archive says of itself after its rows. */
const Manifest = Schema.Struct({
  moving: Schema.Struct({
    /** What the rows are, so that whoever brings them can tell that all of them are there. */
    held: Holdings,
    /** Consumers of events where the rows come from. */
    readings: Schema.Array(ConsumerReading),
    /** The configuration that the tenant has where it goes; null where the registry there knows it. */
    config: Schema.NullOr(TenantConfig)
  })
})
export type Manifest = typeof Manifest.Type["moving"]

const ManifestText = Schema.fromJsonString(Manifest)
const encode = Schema.encodeSync(ManifestText)
const decode = Schema.decodeUnknownOption(ManifestText)

export const manifestLine = (moving: Manifest) => encode({ moving })

/** The manifest among the lines of an archive; none in one that was not written for a move. */
export const manifestIn = <E, R>(lines: Stream.Stream<string, E, R>): Effect.Effect<Option.Option<Manifest>, E, R> =>
  lines.pipe(
    Stream.filter((line) => !isRow(line)),
    Stream.runFold(
      (): Option.Option<Manifest> => Option.none(),
      (found, line) => Option.orElse(Option.map(decode(line), ({ moving }) => moving), () => found)
    )
  )
