import { Effect, FileSystem, Option, Ref, Schema } from "effect"
import { CaughtMail } from "./MailboxApi.ts"

/** A caught mail and the tenant it was sent for; empty where it was sent for none. */
const ShelvedMail = Schema.Struct({ tenantId: Schema.String, mail: CaughtMail })
type ShelvedMail = typeof ShelvedMail.Type

/** Where caught mails are kept: the last 500. */
export interface MailShelf {
  readonly put: (mail: ShelvedMail) => Effect.Effect<void>
  /** The newest first. */
  readonly all: Effect.Effect<ReadonlyArray<ShelvedMail>>
}

const kept = 500

/** Keeps mails as long as the process lives. */
export const memoryShelf: Effect.Effect<MailShelf> = Effect.map(
  Ref.make<ReadonlyArray<ShelvedMail>>([]),
  (shelved) => ({
    put: (mail) => Ref.update(shelved, (mails) => [mail, ...mails].slice(0, kept)),
    all: Ref.get(shelved)
  })
)

const Line = Schema.fromJsonString(Schema.toCodecJson(ShelvedMail))

/** Keeps mails in a file that its owner alone can read, a line each. Several processes of one machine can share it. */
export const fileShelf = Effect.fnUntraced(function*(file: string) {
  const fs = yield* FileSystem.FileSystem
  const lines = Effect.gen(function*() {
    if (!(yield* fs.exists(file))) return []
    return (yield* fs.readFileString(file)).split("\n").filter((line) => line !== "")
  }).pipe(Effect.orDie)
  const encode = Schema.encodeEffect(Line)
  const decode = Schema.decodeEffect(Line)

  const old = yield* lines
  if (old.length > kept) {
    const text = old.slice(-kept).map((line) => `${line}\n`).join("")
    yield* Effect.orDie(fs.writeFileString(file, text, { mode: 0o600 }))
  }
  const shelf: MailShelf = {
    put: (mail) =>
      encode(mail).pipe(
        Effect.flatMap((line) => fs.writeFileString(file, `${line}\n`, { flag: "a", mode: 0o600 })),
        Effect.orDie
      ),
    all: Effect.gen(function*() {
      const newest = (yield* lines).slice(-kept).toReversed()
      // A line of another version, or one that is being written.
      const mails = yield* Effect.forEach(newest, (line) => Effect.option(decode(line)))
      return mails.flatMap(Option.toArray)
    })
  }
  return shelf
})
