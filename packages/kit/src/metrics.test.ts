import assert from "node:assert/strict"
import { test } from "node:test"
import { createMetrics } from "./metrics.ts"

/** The lines of a metric, without help and type. */
async function linesOf(metrics: ReturnType<typeof createMetrics>, name: string): Promise<string[]> {
  const text = await metrics.text()
  return text.split("\n").filter((line) => line.startsWith(name))
}

test("counters and gauges, alone and by labels, in the text that Prometheus reads", async () => {
  const metrics = createMetrics()
  const reads = metrics.counters({
    name: "aviary_feed_reads_total",
    help: "Reads of the home feed.",
    labels: ["source"],
  })
  reads.with({ source: "ring" }).inc()
  reads.with({ source: "ring" }).inc(2)
  reads.with({ source: 'a "quoted"\nline' }).inc(0)
  const open = metrics.gauge({ name: "aviary_open", help: "Open." })
  open.set(5)
  open.add(-2)
  assert.equal(
    await metrics.text(),
    [
      "# HELP aviary_feed_reads_total Reads of the home feed.",
      "# TYPE aviary_feed_reads_total counter",
      'aviary_feed_reads_total{source="ring"} 3',
      'aviary_feed_reads_total{source="a \\"quoted\\"\\nline"} 0',
      "",
      "# HELP aviary_open Open.",
      "# TYPE aviary_open gauge",
      "aviary_open 3",
      "",
    ].join("\n"),
  )
})

test("a histogram's buckets add up, and a value on a bound is below it", async () => {
  const metrics = createMetrics()
  const times = metrics.histograms({
    name: "aviary_wait_seconds",
    help: "Waits.",
    labels: ["route"],
    buckets: [0.1, 1],
  })
  const one = times.with({ route: "/a" })
  for (const value of [0.05, 0.1, 0.5, 7]) one.observe(value)
  assert.deepEqual([one.count, one.sum], [4, 7.65])
  assert.deepEqual(await linesOf(metrics, "aviary_wait"), [
    'aviary_wait_seconds_bucket{route="/a",le="0.1"} 2',
    'aviary_wait_seconds_bucket{route="/a",le="1"} 3',
    'aviary_wait_seconds_bucket{route="/a",le="+Inf"} 4',
    'aviary_wait_seconds_sum{route="/a"} 7.65',
    'aviary_wait_seconds_count{route="/a"} 4',
  ])
})

test("collected gauges are asked at each scrape; one that fails spoils no other", async () => {
  const metrics = createMetrics()
  let size = 1
  metrics.gauge({ name: "aviary_size", help: "Size.", collect: async () => size })
  metrics.gauge({ name: "aviary_broken", help: "Broken.", collect: () => Promise.reject(new Error("gone")) })
  metrics.gauges({
    name: "aviary_sizes",
    help: "Sizes.",
    labels: ["kind"],
    collect: (sizes) => sizes.with({ kind: "big" }).set(size * 10),
  })
  assert.deepEqual(await linesOf(metrics, "aviary_"), ["aviary_size 1", 'aviary_sizes{kind="big"} 10'])
  size = 2
  assert.deepEqual(await linesOf(metrics, "aviary_"), ["aviary_size 2", 'aviary_sizes{kind="big"} 20'])
})

test("a member that was removed is gone, and begins anew", async () => {
  const metrics = createMetrics()
  const calls = metrics.counters({ name: "aviary_calls_total", help: "Calls.", labels: ["instance"] })
  calls.with({ instance: "a" }).inc(3)
  calls.remove({ instance: "a" })
  assert.deepEqual(await linesOf(metrics, "aviary_"), [])
  calls.with({ instance: "a" }).inc()
  assert.deepEqual(await linesOf(metrics, "aviary_"), ['aviary_calls_total{instance="a"} 1'])
})

test("registries are apart, and a name is declared once in each", async () => {
  const [first, second] = [createMetrics(), createMetrics()]
  const spec = { name: "aviary_things_total", help: "Things." }
  first.counter(spec).inc()
  second.counter(spec)
  assert.deepEqual(await linesOf(second, "aviary_"), ["aviary_things_total 0"])
  assert.throws(() => first.counter(spec), /already been registered/)
})

test("names that Prometheus or its conventions forbid are refused at once", () => {
  const metrics = createMetrics()
  const help = "Wrong."
  assert.throws(() => metrics.counter({ name: "aviary_reads", help }), /_total/)
  assert.throws(() => metrics.gauge({ name: "aviary_reads_total", help }), /_total/)
  assert.throws(() => metrics.gauge({ name: "aviary reads", help }), /no name/)
  assert.throws(() => metrics.gauges({ name: "aviary_reads", help, labels: ["le"] }), /no label/)
  assert.throws(() => metrics.histogram({ name: "aviary_reads", help, buckets: [2, 1] }), /ascend/)
})

test("the process itself is observed, once", async () => {
  const metrics = createMetrics()
  metrics.observeProcess()
  metrics.observeProcess()
  assert.equal((await linesOf(metrics, "process_resident_memory_bytes")).length, 1)
  assert.equal((await linesOf(metrics, "nodejs_version_info")).length, 1)
})
