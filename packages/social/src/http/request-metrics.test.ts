import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { startAviary } from "@aviary/testkit"
import type { TestAviary } from "@aviary/testkit"

let aviary: TestAviary

before(async () => {
  aviary = await startAviary({ env: { AVIARY_METRICS_PORT: "0" } })
})
after(() => aviary.stop())

/** The samples whose line begins so. */
async function samples(beginning: string): Promise<string[]> {
  const answer = await fetch(`${aviary.social.operators.address()}/metrics`)
  return (await answer.text()).split("\n").filter((line) => line.startsWith(beginning))
}

test("answers are counted by route, method and class of status, never by what was asked for", async () => {
  const member = await aviary.member("alice")
  const { body } = await member.api.post("/api/v1/statuses", { status: "hello" })
  for (const id of [body.id, "1", "nonsense"]) await aviary.api.get(`/api/v1/statuses/${id}`)
  await fetch(`${aviary.url}/api/v1/no/such/route`)
  await aviary.api.get("/health/live")
  const lines = await samples("aviary_http_requests_total")
  assert.deepEqual(lines.toSorted(), [
    'aviary_http_requests_total{method="ANY",route="none",status="4xx"} 1',
    'aviary_http_requests_total{method="GET",route="/api/v1/statuses/:id",status="2xx"} 1',
    'aviary_http_requests_total{method="GET",route="/api/v1/statuses/:id",status="4xx"} 2',
    'aviary_http_requests_total{method="GET",route="/health/live",status="2xx"} 1',
    'aviary_http_requests_total{method="POST",route="/api/v1/statuses",status="2xx"} 1',
  ])
  const [count] = await samples(
    'aviary_http_request_duration_seconds_count{method="GET",route="/api/v1/statuses/:id"}',
  )
  assert.match(count ?? "", / 3$/)
  const [sum] = await samples(
    'aviary_http_request_duration_seconds_sum{method="GET",route="/api/v1/statuses/:id"}',
  )
  const seconds = Number(sum?.split(" ").at(-1))
  assert.ok(seconds > 0 && seconds < 10, `${seconds} s`)
})

test("a stream is counted when it begins, and has no duration", async () => {
  const abort = new AbortController()
  await fetch(`${aviary.url}/api/v1/streaming/public`, { signal: abort.signal })
  assert.equal(
    (await samples('aviary_http_requests_total{method="GET",route="/api/v1/streaming/p')).length,
    1,
  )
  assert.deepEqual(
    await samples('aviary_http_request_duration_seconds_count{method="GET",route="/api/v1/streaming'),
    [],
  )
  abort.abort()
})

test("figures are on the operators' listener alone, with the pool and the process", async () => {
  assert.equal((await fetch(`${aviary.url}/metrics`)).status, 404)
  assert.equal((await fetch(`${aviary.social.operators.address()}/health/ready`)).status, 200)
  for (const name of [
    "aviary_database_waiting 0",
    'aviary_database_connections{state="idle"}',
    "process_cpu_seconds_total",
    "nodejs_eventloop_lag_p99_seconds",
  ]) {
    assert.equal((await samples(name)).length, 1, name)
  }
})
