import { assert, layer } from "@effect/vitest"
import { Effect, Fiber, Schedule } from "effect"
import { TestClock } from "effect/testing"
import { connect } from "node:net"
import { SmtpSink } from "./SmtpSink.ts"

const mail = [
  "EHLO test",
  "MAIL FROM:<bell@example.com>",
  "RCPT TO:<ada@example.com>",
  "DATA",
  "Subject: =?utf-8?q?D=C3=BCsseldorf?=\r\n\r\nDisk full\r\n."
]

/** Says each line after the answer to the one before, and gives the last answer; empty when the server hung up. */
const converse = (url: string, lines: ReadonlyArray<string>) =>
  Effect.callback<string>((resume) => {
    const left = [...lines]
    const socket = connect(Number(new URL(url).port), "127.0.0.1")
    socket.on("data", (chunk) => {
      const answer = chunk.toString()
      const line = left.shift()
      if (line === undefined || /^[45]/.test(answer)) return resume(Effect.succeed(answer.slice(0, 3)))
      socket.write(`${line}\r\n`)
    })
    socket.on("error", () => {})
    socket.on("close", () => resume(Effect.succeed("")))
    return Effect.sync(() => socket.destroy())
  })

layer(SmtpSink.layer)("SmtpSink", (it) => {
  it.effect("takes mails and parses them", () =>
    Effect.gen(function*() {
      const { behave, next, url } = yield* SmtpSink
      yield* behave({ _tag: "Accept" })
      assert.strictEqual(yield* converse(url, mail), "250")
      const { content, from, to } = yield* next
      assert.deepStrictEqual([from, to], ["bell@example.com", ["ada@example.com"]])
      assert.strictEqual(content.subject, "Düsseldorf")
      assert.strictEqual(content.text?.trim(), "Disk full")
    }))

  it.effect("refuses a recipient or a message with the code asked for", () =>
    Effect.gen(function*() {
      const { behave, mails, url } = yield* SmtpSink
      const before = (yield* mails).length
      yield* behave({ _tag: "Reject", code: 550, at: "recipient" })
      assert.strictEqual(yield* converse(url, mail), "550")
      yield* behave({ _tag: "Reject", code: 451, at: "message" })
      assert.strictEqual(yield* converse(url, mail), "451")
      assert.strictEqual((yield* mails).length, before)
    }))

  it.effect("hangs up without an answer, with the mail or without", () =>
    Effect.gen(function*() {
      const { attempts, behave, mails, url } = yield* SmtpSink
      const [before, tried] = [(yield* mails).length, yield* attempts]
      yield* behave({ _tag: "Drop", taken: false })
      assert.strictEqual(yield* converse(url, mail), "")
      assert.strictEqual((yield* mails).length, before)
      yield* behave({ _tag: "Drop", taken: true })
      assert.strictEqual(yield* converse(url, mail), "")
      assert.strictEqual((yield* mails).length, before + 1)
      assert.strictEqual(yield* attempts, tried + 2)
    }))

  it.effect("takes a mail at once and says so when it is to do something else", () =>
    Effect.gen(function*() {
      const { attempts, behave, mails, url } = yield* SmtpSink
      const [before, tried] = [(yield* mails).length, yield* attempts]
      yield* behave({ _tag: "TakeLate" })
      const conversation = yield* Effect.forkChild(converse(url, mail))
      yield* Effect.repeat(mails, {
        until: ({ length }) => length > before,
        schedule: Schedule.spaced("5 millis")
      }).pipe(TestClock.withLive)
      assert.isUndefined(conversation.pollUnsafe())
      yield* behave({ _tag: "Accept" })
      assert.strictEqual(yield* Fiber.join(conversation), "250")
      assert.strictEqual(yield* attempts, tried + 1)
    }))
})
