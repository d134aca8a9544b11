/** A name server of a test's own. Tests only. */
import { Effect } from "effect"
import { createSocket } from "node:dgram"

/** What a name leads to: the bytes of its IPv4 and its IPv6 addresses; "silent" where no question is answered. */
type Zone = Readonly<Record<string, "silent" | ReadonlyArray<ReadonlyArray<number>>>>

/** The name that a message asks for, where its question ends, and the type of the record (RFC 1035, 4.1). */
const questionOf = (message: Buffer) => {
  const labels: Array<string> = []
  let at = 12
  for (let length = message[at]!; length > 0; length = message[at]!) {
    labels.push(message.toString("latin1", at + 1, at + 1 + length))
    at += length + 1
  }
  return { name: labels.join(".").toLowerCase(), end: at + 5, type: message.readUInt16BE(at + 1) }
}

const answerTo = (message: Buffer, zone: Zone) => {
  const { end, name, type } = questionOf(message)
  const known = zone[name] ?? []
  if (known === "silent") return { name, reply: undefined }
  const addresses = known.filter(({ length }) => length === (type === 28 ? 16 : 4))
  const header = Buffer.from([
    message[0]!,
    message[1]!,
    0x81,
    name in zone ? 0x80 : 0x83,
    0,
    1,
    0,
    addresses.length,
    0,
    0,
    0,
    0
  ])
  const records = addresses.map((address) =>
    Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, address.length, ...address])
  )
  return { name, reply: Buffer.concat([header, message.subarray(12, end), ...records]) }
}

/** A name server that answers from the zone, `address` as node:dns takes it, and the names that it was `asked` for. */
export const makeNameServer = Effect.fnUntraced(function*(zone: Zone) {
  const asked = new Set<string>()
  const socket = yield* Effect.acquireRelease(
    Effect.callback<ReturnType<typeof createSocket>>((resume) => {
      const socket = createSocket("udp4", (message, { address, port }) => {
        const { name, reply } = answerTo(message, zone)
        asked.add(name)
        if (reply !== undefined) socket.send(reply, port, address)
      })
      socket.bind(0, "127.0.0.1", () => resume(Effect.succeed(socket)))
    }),
    (socket) => Effect.callback<void>((resume) => void socket.close(() => resume(Effect.void)))
  )
  return { address: `127.0.0.1:${socket.address().port}`, asked }
})
