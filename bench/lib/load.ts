import { Agent, request } from "node:http"

/** What one run of a load showed. Times are milliseconds. */
export interface LoadResult {
  readonly sent: number
  readonly accepted: number
  readonly seconds: number
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
  readonly worst: number
}

/** The value below which a share `q` of the samples lies. */
export const quantile = (samples: ReadonlyArray<number>, q: number): number => {
  const sorted = samples.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN
}

const post = (agent: Agent, url: URL, body: string) =>
  new Promise<number>((resolve, reject) => {
    const outgoing = request(url, {
      method: "POST",
      agent,
      headers: { "content-type": "application/json", "content-length": Buffer.byteLength(body) }
    }, (response) => {
      response.resume()
      response.once("end", () => resolve(response.statusCode ?? 0))
    })
    outgoing.once("error", reject)
    outgoing.end(body)
  })

const summarise = (times: ReadonlyArray<number>, accepted: number, seconds: number): LoadResult => ({
  sent: times.length,
  accepted,
  seconds,
  perSecond: accepted / seconds,
  p50: quantile(times, 0.5),
  p99: quantile(times, 0.99),
  worst: Math.max(...times)
})

/** As many requests as `senders` can make, one after the other each, until `count` are answered. */
export const saturate = async (options: {
  readonly url: string
  readonly senders: number
  readonly count: number
  readonly body: (index: number) => string
}): Promise<LoadResult> => {
  const agent = new Agent({ keepAlive: true, maxSockets: options.senders })
  const url = new URL(options.url)
  const times: Array<number> = []
  let next = 0
  let accepted = 0
  const started = performance.now()
  await Promise.all(Array.from({ length: options.senders }, async () => {
    while (next < options.count) {
      const body = options.body(next++)
      const at = performance.now()
      const status = await post(agent, url, body)
      times.push(performance.now() - at)
      if (status >= 200 && status < 300) accepted++
    }
  }))
  agent.destroy()
  return summarise(times, accepted, (performance.now() - started) / 1000)
}

/** `perSecond` requests a second for `seconds`, whether or not the earlier ones are answered. */
export const steady = async (options: {
  readonly url: string
  readonly perSecond: number
  readonly seconds: number
  readonly body: (index: number) => string
}): Promise<LoadResult> => {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  const url = new URL(options.url)
  const times: Array<number> = []
  let accepted = 0
  const total = options.perSecond * options.seconds
  const started = performance.now()
  const pending: Array<Promise<void>> = []
  for (let index = 0; index < total; index++) {
    const due = started + (index * 1000) / options.perSecond
    const wait = due - performance.now()
    if (wait > 1) await new Promise((resolve) => setTimeout(resolve, wait))
    const at = performance.now()
    pending.push(
      post(agent, url, options.body(index)).then((status) => {
        times.push(performance.now() - at)
        if (status >= 200 && status < 300) accepted++
      })
    )
  }
  await Promise.all(pending)
  agent.destroy()
  return summarise(times, accepted, (performance.now() - started) / 1000)
}
