import assert from "node:assert/strict"
import { test } from "node:test"
import { findOperation } from "./find-operation.ts"

const found: readonly (readonly [string, string, string])[] = [
  ["GET", "/api/v1/statuses/115", "GET /api/v1/statuses/:id"],
  ["get", "http://127.0.0.1:3000/api/v1/statuses/115/?x=/y", "GET /api/v1/statuses/:id"],
  ["GET", "/api/v1/statuses/:status_id", "GET /api/v1/statuses/:id"],
  ["GET", "/api/v1/statuses/{id}", "GET /api/v1/statuses/:id"],
  ["GET", "/api/v1/accounts/lookup?acct=ada", "GET /api/v1/accounts/lookup"],
  ["GET", "/api/v1/accounts/:id", "GET /api/v1/accounts/:id"],
  ["GET", "/api/v1/timelines/tag/caf%C3%A9", "GET /api/v1/timelines/tag/:hashtag"],
  ["GET", "/api/v2/notifications/policy", "GET /api/v2/notifications/policy"],
  ["GET", "/api/v2/notifications/favourite-1", "GET /api/v2/notifications/:group_key"],
  ["PUT", "/api/v1/profile", "PATCH /api/v1/profile"],
  ["PATCH", "/api/v1/lists/1", "PUT /api/v1/lists/:id"],
  ["GET", "/nodeinfo/2.0", "GET /nodeinfo/2.0"],
]

for (const [method, url, key] of found) {
  test(`${method} ${url} is ${key}`, () => assert.equal(findOperation(method, url)?.key, key))
}

const unknown: readonly (readonly [string, string])[] = [
  ["GET", "/api/v1/nothing"],
  ["POST", "/api/v1/timelines/home"],
  ["GET", "/api/v1/statuses/1/2/3"],
  ["GET", "/"],
]

for (const [method, url] of unknown) {
  test(`${method} ${url} is no operation`, () => assert.equal(findOperation(method, url), undefined))
}
