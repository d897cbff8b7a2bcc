// Sources of measurements against real servers and real processes: what they read, what they refuse, and that a failure is an error
// and nothing else.

import assert from "node:assert/strict"
import { mkdtempSync, rmSync } from "node:fs"
import { createServer } from "node:http"
import type { IncomingMessage, ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, test } from "node:test"
import fc from "fast-check"
import type { AnalysisTemplateInput, MetricSpec } from "../analysis/template-schema.ts"
import { analysisTemplateSchema } from "../analysis/template-schema.ts"
import { createInternalProvider } from "./internal-provider.ts"
import { createJobProvider } from "./job-provider.ts"
import { createPrometheusProvider } from "./prometheus-provider.ts"
import { MetricsTextError, parseMetricsText } from "./prometheus-text.ts"
import type { MetricQuery } from "./provider.ts"
import { createScraper } from "./scraper.ts"
import { atPath, createWebProvider } from "./web-provider.ts"

const canary = { name: "canary", fleet: "s@2" }
const stable = { name: "stable", fleet: "s@1" }

function metricOf(input: AnalysisTemplateInput["metrics"][number]): MetricSpec {
  const [metric] = analysisTemplateSchema.parse({ metrics: [input] }).metrics
  assert.ok(metric)
  return metric
}

const query = (
  input: AnalysisTemplateInput["metrics"][number],
  more: Partial<MetricQuery> = {},
): MetricQuery => ({
  key: "a/t/m",
  service: "s",
  metric: metricOf(input),
  arms: [canary, stable],
  args: {},
  signal: AbortSignal.timeout(10_000),
  ...more,
})

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  after(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test("Prometheus' text: samples, labels, escapes and odd values are read", () => {
  const text = [
    "# HELP a_total What.",
    'a_total{x="1",y="a\\"b\\\\c\\nd"} 3',
    "b 4.5e3 1700000000000",
    'c_bucket{le="+Inf"} +Inf',
    "d NaN",
    "",
  ].join("\n")
  const series = parseMetricsText(text)
  assert.deepEqual(
    series.map(({ name, labels, value }) => [name, { ...labels }, value]),
    [
      ["a_total", { x: "1", y: 'a"b\\c\nd' }, 3],
      ["b", {}, 4500],
      ["c_bucket", { le: "+Inf" }, Infinity],
      ["d", {}, Number.NaN],
    ],
  )
  assert.equal(parseMetricsText(text, (name) => name === "b").length, 1)
  for (const bad of [
    "a{x=1} 2",
    "a",
    "a two",
    'a{x="1"',
    'a{x="1",x="2"} 1',
    "1a 2",
    `a{x="${"y".repeat(20_000)}"} 1`,
  ])
    assert.throws(() => parseMetricsText(bad), MetricsTextError, bad.slice(0, 30))
})

test("any text is read or refused", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'ab_{}"=, \\\n1.eN+'.split("")) }), (text) => {
      try {
        parseMetricsText(text)
      } catch (error) {
        assert.ok(error instanceof MetricsTextError)
      }
    }),
  )
})

/** A gateway and an instance of each fleet whose figures a test sets. */
async function figures() {
  const texts = new Map<string, string>()
  const address = await serve((request, response) => {
    const text = texts.get(request.url ?? "")
    response.writeHead(text === undefined ? 500 : 200).end(text)
  })
  let now = 0
  const provider = createInternalProvider({
    scraper: createScraper({ now: () => (now += 1_000) }),
    gateways: () => [{ id: "gateway", url: `${address}/gateway` }],
    instances: (fleet) =>
      fleet === "s@2" ? [{ id: "two.1", url: `${address}/two` }] : [{ id: "one.1", url: `${address}/one` }],
  })
  return { provider, texts }
}

const requests = (release: string, outcome: string, code: string, count: number): string =>
  `aviary_gateway_requests_total{route="r",service="s",release="${release}",instance="i",arm="x",outcome="${outcome}",code="${code}"} ${count}`

test("internal: errors at the gateway are what happened since the look before, by fleet", async () => {
  const { provider, texts } = await figures()
  const errors = query({ name: "m", type: "rate", provider: { internal: "errors" }, compare: {} })
  texts.set(
    "/gateway",
    [requests("s@1", "answered", "2xx", 1_000), requests("s@1", "answered", "5xx", 7)].join("\n"),
  )
  const none = { kind: "events", events: 0, total: 0 }
  assert.deepEqual(await provider.measure(errors), { canary: none, stable: none })
  texts.set(
    "/gateway",
    [
      requests("s@1", "answered", "2xx", 1_010),
      requests("s@1", "answered", "5xx", 8),
      requests("s@1", "cached", "2xx", 500),
      requests("s@2", "answered", "4xx", 3),
      requests("s@2", "upstream_timeout", "5xx", 2),
      requests("s@2", "client_gone", "none", 9),
    ].join("\n"),
  )
  assert.deepEqual(await provider.measure(errors), {
    canary: { kind: "events", events: 2, total: 5 },
    stable: { kind: "events", events: 1, total: 11 },
  })
  // The gateway began anew.
  texts.set("/gateway", requests("s@2", "answered", "2xx", 1))
  assert.deepEqual(await provider.measure(errors), {
    canary: { kind: "events", events: 0, total: 1 },
    stable: none,
  })
  assert.deepEqual(await provider.requests({ ...errors, key: "a/arms" }), { canary: 0, stable: 0 })
  texts.delete("/gateway")
  const gone = await provider.measure(errors)
  assert.equal(gone["canary"]?.kind, "error")
  await assert.rejects(provider.requests(errors), /answered 500/)
})

test("internal: the past of a fleet that serves no more is its first look", async () => {
  const { provider, texts } = await figures()
  texts.set(
    "/gateway",
    [requests("s@1", "answered", "2xx", 990), requests("s@1", "answered", "5xx", 10)].join("\n"),
  )
  const errors = query(
    { name: "m", type: "rate", provider: { internal: "errors" }, compare: {} },
    { arms: [canary, { ...stable, past: true }] },
  )
  assert.deepEqual((await provider.measure(errors))["stable"], { kind: "events", events: 10, total: 1_000 })
  assert.deepEqual((await provider.measure(errors))["stable"], { kind: "events", events: 0, total: 0 })
})

test("internal: histograms, counters and gauges of instances", async () => {
  const { provider, texts } = await figures()
  const latency = query({ name: "m", type: "quantile", provider: { internal: "latency" }, compare: {} })
  const histogram = (one: number, two: number, all: number) =>
    [
      ["0.1", one],
      ["0.2", two],
      ["+Inf", all],
    ]
      .map(
        ([le, count]) => `aviary_gateway_fleet_seconds_bucket{service="s",release="s@2",le="${le}"} ${count}`,
      )
      .join("\n")
  texts.set("/gateway", histogram(1, 1, 1))
  await provider.measure(latency)
  texts.set("/gateway", `${histogram(3, 7, 8)}\n${requests("s@2", "answered", "2xx", 4)}`)
  assert.deepEqual((await provider.measure(latency))["canary"], {
    kind: "histogram",
    bounds: [0.1, 0.2],
    counts: [2, 4, 1],
  })

  const posts = query(
    {
      name: "m",
      type: "count",
      provider: { internal: { counter: "posts_total", where: { kind: "a|b" } } },
      compare: {},
    },
    { key: "a/t/posts" },
  )
  assert.equal((await provider.measure(posts))["canary"]?.kind, "error")
  texts.set("/one", "up 1").set("/two", "up 1")
  assert.match(JSON.stringify(await provider.measure(posts)), /nothing shows a counter posts_total/)
  texts.set("/one", 'posts_total{kind="a"} 10')
  await provider.measure(posts)
  texts
    .set("/one", 'posts_total{kind="a"} 13\nposts_total{kind="c"} 50')
    .set("/gateway", requests("s@1", "answered", "2xx", 6))
  assert.deepEqual(await provider.measure(posts), {
    canary: { kind: "events", events: 0, total: 0 },
    stable: { kind: "events", events: 3, total: 6 },
  })

  const memory = query(
    {
      name: "m",
      type: "threshold",
      provider: { internal: { gauge: "bytes" } },
      compare: { method: "static" },
    },
    { key: "a/t/memory" },
  )
  texts.set("/one", "bytes 5").set("/two", 'bytes{x="1"} 7\nbytes{x="2"} 9')
  assert.deepEqual(await provider.measure(memory), {
    canary: { kind: "value", value: 9 },
    stable: { kind: "value", value: 5 },
  })
})

test("Prometheus: a query an arm, its first value; what is no answer is an error", async () => {
  const asked: string[] = []
  let answer: { status: number; body: string } = { status: 200, body: "" }
  const address = await serve((request, response) => {
    asked.push(new URL(request.url ?? "", "http://x").searchParams.get("query") ?? "")
    response.writeHead(answer.status, { location: "http://127.0.0.1:1/" }).end(answer.body)
  })
  const provider = createPrometheusProvider()
  const metric = (text: string) =>
    query(
      {
        name: "m",
        type: "threshold",
        provider: { prometheus: { address, query: text, timeout: "500ms" } },
        successCondition: "result < 1",
      },
      { args: { window: "5m" }, arms: [canary] },
    )
  const measured = async (body: string, status = 200) => {
    answer = { status, body }
    return (await provider.measure(metric('rate(x{fleet="{{fleet}}",arm="{{ arm }}"}[{{args.window}}])')))[
      "canary"
    ]
  }
  const vector =
    '{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"0.25"]}]}}'
  assert.deepEqual(await measured(vector), { kind: "value", value: 0.25 })
  assert.equal(asked[0], 'rate(x{fleet="s@2",arm="canary"}[5m])')
  assert.deepEqual(await measured('{"status":"success","data":{"resultType":"vector","result":[]}}'), {
    kind: "value",
    value: Number.NaN,
  })
  assert.deepEqual(
    await measured('{"status":"success","data":{"resultType":"scalar","result":[1,"+Inf"]}}'),
    { kind: "value", value: Infinity },
  )
  for (const [body, status] of [
    ["{}", 200],
    ["no", 200],
    [vector, 500],
    [vector, 302],
    [" ".repeat(1_000_001), 200],
  ] as const)
    assert.equal((await measured(body, status))?.kind, "error", `${status} ${body.slice(0, 10)}`)
  assert.match(JSON.stringify(await provider.measure(metric("{{args.none}}"))), /args.none.* is not known/)
})

test("Prometheus that does not answer is an error in time", async () => {
  const address = await serve(() => {})
  const metric = {
    name: "m",
    type: "threshold" as const,
    provider: { prometheus: { address, query: "x", timeout: "100ms" } },
    successCondition: "result < 1",
  }
  assert.match(
    JSON.stringify(await createPrometheusProvider().measure(query(metric))),
    /did not answer within 100 ms/,
  )
})

test("web: a value by its path, from JSON that a hook answers", async () => {
  const address = await serve((request, response) => {
    const chunks: Buffer[] = []
    request.on("data", (chunk: Buffer) => chunks.push(chunk))
    request.on("end", () =>
      response.end(JSON.stringify({ data: [{ url: request.url, body: Buffer.concat(chunks).toString() }] })),
    )
  })
  const provider = createWebProvider()
  const web = {
    url: `${address}/{{arm}}/{{args.team}}`,
    method: "POST" as const,
    body: '{"x":"{{args.team}}"}',
    jsonPath: "$.data[0].url",
  }
  const one = query(
    { name: "m", type: "web", provider: { web }, successCondition: 'result == "x"' },
    { args: { team: 'a/"b' }, arms: [canary] },
  )
  assert.deepEqual(await provider.measure(one), { canary: { kind: "value", value: "/canary/a%2F%22b" } })
  const body = query(
    {
      name: "m",
      type: "web",
      provider: { web: { ...web, jsonPath: "$.data[0].body" } },
      successCondition: 'result == "x"',
    },
    { args: { team: 'a"b' }, arms: [canary] },
  )
  assert.deepEqual(await provider.measure(body), { canary: { kind: "value", value: '{"x":"a\\"b"}' } })
  assert.equal(atPath({ a: { "b c": [1, 2] } }, '$.a["b c"][1]'), 2)
  for (const path of ["$.b", "$.constructor", "$.a.length"])
    assert.throws(() => atPath({ a: [1] }, path.replace(".length", "[7]")))
})

test("job: what it prints is the value, its exit status is its word, and its time is limited", async () => {
  const dir = mkdtempSync(join(tmpdir(), "aviary-job-"))
  after(() => rmSync(dir, { recursive: true, force: true }))
  const provider = createJobProvider({
    bundleDir: (fleet) => (fleet === "s@2" ? dir : undefined),
    env: { PATH: process.env["PATH"] ?? "" },
  })
  const run = async (script: string, arms = [canary]) =>
    await provider.measure(
      query(
        {
          name: "m",
          type: "job",
          provider: { job: { command: [process.execPath, "-e", script, "{{arm}}"], timeout: "1500ms" } },
        },
        { arms },
      ),
    )
  assert.deepEqual(
    await run(
      "console.log(JSON.stringify([process.argv[1], process.cwd(), process.env.AVIARY_FLEET, process.env.HOME ?? null]))",
    ),
    {
      canary: { kind: "value", value: ["canary", dir, "s@2", null] },
    },
  )
  assert.deepEqual(await run("process.exit(3)"), { canary: { kind: "value", value: 3, failed: true } })
  assert.match(JSON.stringify(await run("setInterval(() => {}, 1000)")), /longer than 1500 ms/)
  assert.match(
    JSON.stringify(await run("process.stdout.write('x'.repeat(300000)); setInterval(() => {}, 1000)")),
    /more than 100000/,
  )
  assert.match(JSON.stringify(await run("1", [stable])), /is not installed/)
})
