import assert from "node:assert/strict"
import { test } from "node:test"
import { createApiClient } from "./api-client.ts"
import { ApiError, retryPause } from "./api-error.ts"
import { parseLinkHeader } from "./link-header.ts"

interface Answer {
  readonly status?: number
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
}

function clientOf(answer: Answer | Error, token?: string) {
  const requests: { url: string; init: RequestInit }[] = []
  const expired: string[] = []
  const api = createApiClient({
    origin: "https://birds.example",
    fetch: async (url: string | URL | Request, init) => {
      requests.push({ url: url instanceof Request ? url.url : url.toString(), init: init ?? {} })
      if (answer instanceof Error) throw answer
      return new Response(answer.body ?? "{}", {
        status: answer.status ?? 200,
        headers: answer.headers ?? {},
      })
    },
    token: () => token,
    onUnauthorised: (refused) => expired.push(refused),
  })
  return { api, requests, expired }
}

const failure = async (answer: Answer | Error, token?: string) => {
  const { api, expired } = clientOf(answer, token)
  const error = await api.get("/api/v1/x").then(
    () => assert.fail("it should have failed"),
    (thrown: unknown) => thrown,
  )
  assert.ok(error instanceof ApiError)
  return { error, expired }
}

test("a request carries the token, the query and the body as the API takes them", async () => {
  const { api, requests } = clientOf({ body: '{"ok":true}' }, "secret")
  const answer = await api.post<{ ok: boolean }>("/api/v1/statuses", {
    query: { limit: 20, id: ["1", "2"], none: undefined },
    body: { status: "hello" },
    idempotencyKey: "k",
  })
  assert.equal(answer.ok, true)
  const [request] = requests
  assert.equal(request?.url, "https://birds.example/api/v1/statuses?limit=20&id%5B%5D=1&id%5B%5D=2")
  const headers = new Headers(request?.init.headers)
  assert.equal(headers.get("authorization"), "Bearer secret")
  assert.equal(headers.get("idempotency-key"), "k")
  assert.equal(headers.get("content-type"), "application/json")
  assert.equal(request?.init.body, '{"status":"hello"}')
  assert.equal(request?.init.credentials, "omit")
})

test("a form is sent as it is, and another token or none can be asked for", async () => {
  const { api, requests } = clientOf({}, "secret")
  await api.post("/api/v2/media", { body: new FormData(), token: null })
  const headers = new Headers(requests[0]?.init.headers)
  assert.equal(headers.get("authorization"), null)
  assert.equal(headers.get("content-type"), null)
})

test("failures have kinds", async () => {
  const kinds = { 400: "refused", 401: "unauthorised", 403: "forbidden", 404: "missing", 410: "missing" }
  for (const [status, kind] of Object.entries({ ...kinds, 422: "refused", 429: "limited", 503: "failed" }))
    assert.equal((await failure({ status: Number(status), body: '{"error":"No"}' })).error.kind, kind)
  assert.equal((await failure(new TypeError("no network"))).error.kind, "offline")
  assert.equal((await failure({ body: "<html>" })).error.kind, "failed")
})

test("a refusal keeps the server's words, its fields and its wish to wait", async () => {
  const body =
    '{"error":"Validation failed","details":{"username":[{"error":"ERR_TAKEN","description":"taken"}]}}'
  const { error } = await failure({ status: 422, body, headers: { "retry-after": "7" } })
  assert.equal(error.message, "Validation failed")
  assert.equal(error.fields.username?.[0]?.error, "ERR_TAKEN")
  assert.equal(error.retryAfterMs, 7_000)
  assert.equal(retryPause(0, error), 7_000)
})

test("only the session's own token ends the session", async () => {
  assert.deepEqual((await failure({ status: 401 }, "secret")).expired, ["secret"])
  assert.deepEqual((await failure({ status: 401 })).expired, [])
  const { api, expired } = clientOf({ status: 401 }, "secret")
  await assert.rejects(api.get("/x", { token: "an app's" }))
  assert.deepEqual(expired, [])
})

test("pauses grow, are held, and differ between clients", () => {
  const pauses = [0, 1, 2, 10].map((attempt) => retryPause(attempt, undefined, () => 1))
  assert.deepEqual(pauses, [800, 1600, 3200, 30_000])
  assert.equal(
    retryPause(0, undefined, () => 0),
    400,
  )
})

test("a list's pages are found in its Link header", () => {
  const links = parseLinkHeader(
    '<https://birds.example/api/v1/timelines/home?limit=20&max_id=5>; rel="next", <https://birds.example/api/v1/timelines/home?min_id=9>; rel="prev"',
  )
  assert.deepEqual(links, { next: { max_id: "5" }, previous: { min_id: "9" } })
  assert.deepEqual(parseLinkHeader(null), { next: undefined, previous: undefined })
  assert.deepEqual(parseLinkHeader('<::>; rel="next"'), { next: undefined, previous: undefined })
})
