import { assert, describe, it, layer } from "@effect/vitest"
import { HttpSink } from "@innkeeper/testkit"
import { Arbitrary, Effect, Fiber, Layer, Schema, Tracer } from "effect"
import { HttpClientRequest } from "effect/http"
import { lookup } from "node:dns/promises"
import { makeNameServer } from "./nameServer.fixture.ts"
import { GuardedHttpClient, isPublic, OutgoingGuard } from "./OutgoingGuard.ts"

const byte = Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 255 })))

type Octets = readonly [number, number, number, number]

/** First octets of the IPv4 networks that are not the public Internet, and how many bits of them count (RFC 6890). */
const networks: ReadonlyArray<readonly [Octets, number]> = [
  [[0, 0, 0, 0], 8],
  [[10, 0, 0, 0], 8],
  [[100, 64, 0, 0], 10],
  [[127, 0, 0, 0], 8],
  [[169, 254, 0, 0], 16],
  [[172, 16, 0, 0], 12],
  [[192, 0, 0, 0], 24],
  [[192, 0, 2, 0], 24],
  [[192, 168, 0, 0], 16],
  [[198, 18, 0, 0], 15],
  [[198, 51, 100, 0], 24],
  [[203, 0, 113, 0], 24],
  [[224, 0, 0, 0], 4],
  [[240, 0, 0, 0], 4]
]

const toNumber = ([a, b, c, d]: Octets) => ((a << 24) | (b << 16) | (c << 8) | d) >>> 0
const toOctets = (address: number): Octets => [
  address >>> 24,
  (address >>> 16) & 255,
  (address >>> 8) & 255,
  address & 255
]

/** Any address of any of the networks. */
const inside = Arbitrary.all({
  network: Arbitrary.schema(Schema.Literals(networks.map((_, index) => index))),
  host: Arbitrary.all([byte, byte, byte, byte])
}).pipe(Arbitrary.map(({ host, network }) => {
  const [base, bits] = networks[network]!
  const mask = (0xffffffff >>> bits) >>> 0
  return toOctets((toNumber(base) | (toNumber(host) & mask)) >>> 0)
}))

const hex = (value: number) => value.toString(16)
const groups = ([a, b, c, d]: Octets) => `${hex((a << 8) | b)}:${hex((c << 8) | d)}`

/** The ways in which an IPv6 address holds an IPv4 one. */
const carriers: ReadonlyArray<(address: Octets) => string> = [
  (address) => `::ffff:${address.join(".")}`,
  (address) => `::ffff:${groups(address)}`,
  (address) => `::${groups(address)}`,
  (address) => `::ffff:0:${groups(address)}`,
  (address) => `64:ff9b::${groups(address)}`,
  (address) => `64:ff9b:1::${groups(address)}`,
  (address) => `2002:${groups(address)}::1`
]

/** The ways in which a URL's host spells an IPv4 address (WHATWG URL, IPv4 parser). */
const spellings: ReadonlyArray<(address: Octets) => string> = [
  (address) => address.join("."),
  (address) => `${address.join(".")}.`,
  (address) => String(toNumber(address)),
  (address) => `0x${hex(toNumber(address))}`,
  (address) => address.map((octet) => `0${octet.toString(8)}`).join("."),
  (address) => address.map((octet) => `0x${hex(octet)}`).join("."),
  ([a, b, c, d]) => `${a}.${b}.${(c << 8) | d}`,
  ([a, b, c, d]) => `${a}.${((b << 16) | (c << 8) | d) >>> 0}`,
  (address) => address.join(".").replace(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit))),
  ...carriers.map((carrier) => (address: Octets) => `[${carrier(address)}]`)
]

describe("isPublic", () => {
  it.prop(
    "is false for every private, local and reserved IPv4 address, however IPv6 carries it",
    [inside],
    ([address]) => {
      assert.isFalse(isPublic(address.join(".")), address.join("."))
      for (const carrier of carriers) assert.isFalse(isPublic(carrier(address)), carrier(address))
    }
  )

  it.each([
    "::",
    "::1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "4000::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "168.63.129.16",
    "255.255.255.255"
  ])("is false for %s", (address) => assert.isFalse(isPublic(address)))

  it.each(["93.184.215.14", "8.8.8.8", "172.15.255.255", "172.32.0.0", "2606:4700::1111", "::ffff:8.8.8.8"])(
    "is true for %s",
    (address) => assert.isTrue(isPublic(address))
  )
})

const reason = (url: string) =>
  Effect.flatMap(
    OutgoingGuard,
    (guard) => Effect.match(guard.check(url), { onFailure: (error) => error.reason, onSuccess: () => "passes" })
  )

layer(OutgoingGuard.layer({ allowInside: false }))("OutgoingGuard", (it) => {
  it.effect.prop(
    "refuses every spelling of an address inside",
    [inside],
    ([address]) =>
      Effect.forEach(spellings, (spelling) =>
        Effect.gen(function*() {
          const url = `https://${spelling(address)}/hook`
          assert.strictEqual(yield* reason(url), "expected a host on the public Internet", url)
        }))
  )

  it.effect("refuses names of this machine", () =>
    Effect.gen(function*() {
      for (const host of ["localhost", "LOCALHOST", "localhost."]) {
        assert.notStrictEqual(yield* reason(`https://${host}/hook`), "passes", host)
      }
    }))

  it.effect("refuses a host that cannot be found, other schemes, passwords and what is no URL", () =>
    Effect.gen(function*() {
      assert.match(yield* reason("https://host.invalid/"), /that can be found/)
      for (const url of ["http://93.184.215.14/", "ftp://93.184.215.14/", "file:///etc/passwd", "93.184.215.14", ""]) {
        assert.strictEqual(yield* reason(url), "expected an https:// URL", url)
      }
      for (const url of ["https://user@93.184.215.14/", "https://:password@93.184.215.14/"]) {
        assert.strictEqual(yield* reason(url), "expected a URL without user and password", url)
      }
    }))

  it.effect("passes public addresses", () =>
    Effect.gen(function*() {
      for (const url of ["https://93.184.215.14/hook?a=1", "https://[2606:4700::1111]:8443/"]) {
        assert.strictEqual(yield* reason(url), "passes")
      }
    }))
})

layer(OutgoingGuard.layer({ allowInside: true }))("OutgoingGuard for development", (it) => {
  it.effect("passes addresses inside, over http too, and still no passwords or other schemes", () =>
    Effect.gen(function*() {
      assert.strictEqual(yield* reason("http://127.0.0.1:8080/hook"), "passes")
      assert.strictEqual(yield* reason("https://localhost/hook"), "passes")
      assert.notStrictEqual(yield* reason("http://user:password@127.0.0.1/"), "passes")
      assert.notStrictEqual(yield* reason("file:///etc/passwd"), "passes")
    }))
})

const get = Effect.fnUntraced(function*(url: string) {
  const client = yield* GuardedHttpClient
  return yield* client.execute(HttpClientRequest.get(url))
})

/** The guard and the client, who ask this name server. */
const guarded = (nameServer: string) => {
  const options = { allowInside: false, nameServers: [nameServer] }
  return Layer.build(Layer.merge(OutgoingGuard.layer(options), GuardedHttpClient.layer(options)))
}

describe("names of hosts", () => {
  const [publicFour, publicSix] = [[93, 184, 215, 14], [0x26, 6, 0x47, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x11, 0x11]]
  const [insideFour, insideSix] = [[10, 0, 0, 1], [0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]]

  it.effect("lead only where all of their addresses are public, by IPv4 and IPv6, for the guard and the client", () =>
    Effect.gen(function*() {
      const { address } = yield* makeNameServer({
        "four.example": [publicFour],
        "six.example": [publicSix],
        "both.example": [publicFour, publicSix],
        "inside.example": [insideFour],
        "inside-by-six.example": [publicFour, insideSix],
        "one-of-two.example": [publicFour, insideFour],
        "empty.example": []
      })
      const services = yield* guarded(address)
      const reasonFor = (host: string) => Effect.provideContext(reason(`https://${host}/hook`), services)
      for (const host of ["four.example", "six.example", "both.example"]) {
        assert.strictEqual(yield* reasonFor(host), "passes", host)
      }
      for (const host of ["inside.example", "inside-by-six.example", "one-of-two.example"]) {
        assert.strictEqual(yield* reasonFor(host), "expected a host on the public Internet", host)
        const error = yield* Effect.flip(Effect.provideContext(get(`http://${host}:9/hook`), services))
        assert.include(`${error.reason.cause}`, "is not on the public Internet", host)
      }
      for (const host of ["empty.example", "unknown.example"]) {
        assert.match(yield* reasonFor(host), /that can be found/, host)
      }
    }))

  it.live("whose servers are silent keep nobody from other names", () =>
    Effect.gen(function*() {
      const silent = Array.from({ length: 8 }, (_, index) => `silent-${index}.example`)
      const { address, asked } = yield* makeNameServer(Object.fromEntries(silent.map((host) => [host, "silent"])))
      const waiting = yield* Effect.forEach(silent, (host) => reason(`https://${host}/`), { concurrency: "unbounded" })
        .pipe(Effect.provideContext(yield* guarded(address)), Effect.forkChild)
      yield* Effect.promise(() => lookup("localhost"))
      assert.isUndefined(waiting.pollUnsafe())
      assert.isTrue((yield* Fiber.join(waiting)).every((reason) => reason.includes("that can be found")))
      assert.sameMembers([...asked], silent)
    }))
})

layer(Layer.merge(GuardedHttpClient.layer({ allowInside: false }), HttpSink.layer))("GuardedHttpClient", (it) => {
  it.effect("refuses at the moment of connecting what is inside, by address or by name", () =>
    Effect.gen(function*() {
      const sink = yield* HttpSink
      const { port } = new URL(sink.url)
      for (const host of ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433", "0"]) {
        const error = yield* Effect.flip(get(`http://${host}:${port}/hook`))
        assert.strictEqual(error.reason._tag, "TransportError", host)
      }
      assert.deepStrictEqual(yield* sink.requests, [])
    }))
})

layer(Layer.merge(GuardedHttpClient.layer({ allowInside: true }), HttpSink.layer))(
  "GuardedHttpClient for development",
  (it) => {
    it.effect("calls what is inside and follows no redirect", () =>
      Effect.gen(function*() {
        const sink = yield* HttpSink
        yield* sink.behave({ _tag: "Answer", status: 307, headers: { location: `${sink.url}/elsewhere` } })
        const response = yield* get(`${sink.url}/hook`)
        assert.strictEqual(response.status, 307)
        assert.deepStrictEqual((yield* sink.requests).map(({ path }) => path), ["/hook"])
      }))

    it.effect("tells others nothing of our traces, and our traces nothing of addresses", () =>
      Effect.gen(function*() {
        const sink = yield* HttpSink
        const before = (yield* sink.requests).length
        const spans: Array<Tracer.Span> = []
        const collecting = Tracer.make({
          span: (options) => {
            const span = new Tracer.NativeSpan(options)
            spans.push(span)
            return span
          }
        })
        yield* get(`${sink.url}/hook`).pipe(Effect.withSpan("page"), Effect.withTracer(collecting))
        assert.deepStrictEqual(spans.map(({ attributes, name }) => [name, attributes.get("url.full")]), [
          ["page", undefined]
        ])
        const { headers } = (yield* sink.requests)[before]!
        assert.deepStrictEqual(Object.keys(headers).filter((name) => /^traceparent$|^b3$/.test(name)), [])
      }))
  }
)
