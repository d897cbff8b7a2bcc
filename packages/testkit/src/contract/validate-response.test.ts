import assert from "node:assert/strict"
import { test } from "node:test"
import { validateEntity, validateResponse } from "./validate-response.ts"

const at = "2026-01-02T03:04:05.678Z"

const account = {
  id: "1",
  username: "ada",
  acct: "ada",
  display_name: "Ada",
  locked: false,
  bot: false,
  group: false,
  discoverable: true,
  indexable: false,
  hide_collections: null,
  created_at: at,
  note: "",
  url: "https://example.org/@ada",
  uri: "https://example.org/users/ada",
  avatar: "https://example.org/a.png",
  avatar_static: "https://example.org/a.png",
  header: "https://example.org/h.png",
  header_static: "https://example.org/h.png",
  followers_count: 1,
  following_count: 2,
  statuses_count: 3,
  last_status_at: "2026-01-02",
  emojis: [],
  fields: [{ name: "site", value: "x", verified_at: null }],
}

const status = {
  id: "10",
  uri: "https://example.org/users/ada/statuses/10",
  url: "https://example.org/@ada/10",
  created_at: at,
  edited_at: null,
  account,
  content: "<p>hello</p>",
  visibility: "public",
  sensitive: false,
  spoiler_text: "",
  language: "en",
  in_reply_to_id: null,
  in_reply_to_account_id: null,
  replies_count: 0,
  reblogs_count: 0,
  favourites_count: 0,
  media_attachments: [],
  mentions: [],
  tags: [],
  emojis: [],
  reblog: null,
  card: null,
  poll: null,
}

function without(value: Readonly<Record<string, unknown>>, key: string): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(value).filter(([own]) => own !== key))
}

const home = "/api/v1/timelines/home"

interface Case {
  readonly name: string
  readonly method?: string
  readonly path: string
  readonly status?: number
  readonly body: unknown
  /** Every problem that is expected, in order. */
  readonly problems: readonly string[]
}

const cases: readonly Case[] = [
  { name: "a right page", path: home, body: [status, { ...status, reblog: status }], problems: [] },
  { name: "an empty page", path: home, body: [], problems: [] },
  {
    name: "a missing field",
    path: home,
    body: [without(status, "tags")],
    problems: ["$[0].tags: missing in Status"],
  },
  {
    name: "an unsaid null",
    path: home,
    body: [without(status, "in_reply_to_id")],
    problems: ["$[0].in_reply_to_id: missing in Status"],
  },
  {
    name: "a field of the wrong type, deep down",
    path: home,
    body: [{ ...status, reblog: { ...status, account: { ...account, id: 1 } } }],
    problems: ["$[0].reblog.account.id: string expected, got 1"],
  },
  {
    name: "a misspelt field",
    path: home,
    body: [{ ...status, spoilerText: "" }],
    problems: ["$[0].spoilerText: no field of Status"],
  },
  {
    name: "a value outside the enumeration",
    path: home,
    body: [{ ...status, visibility: "secret" }],
    problems: ["$[0].visibility: 'public' or 'unlisted' or 'private' or 'direct' expected, got \"secret\""],
  },
  {
    name: "a date-time without milliseconds",
    path: home,
    body: [{ ...status, created_at: "2026-01-02T03:04:05Z" }],
    problems: ['$[0].created_at: datetime expected, got "2026-01-02T03:04:05Z"'],
  },
  {
    name: "an impossible date",
    path: "/api/v1/accounts/1",
    body: { ...account, last_status_at: "2026-13-02" },
    problems: ['$.last_status_at: date or null expected, got "2026-13-02"'],
  },
  {
    name: "a date-time where a date belongs",
    path: "/api/v1/accounts/1",
    body: { ...account, last_status_at: at },
    problems: [`$.last_status_at: date or null expected, got "${at}"`],
  },
  {
    name: "an empty avatar",
    path: "/api/v1/accounts/1",
    body: { ...account, avatar: "" },
    problems: ['$.avatar: url expected, got ""'],
  },
  {
    name: "something else than a list",
    path: home,
    body: { statuses: [] },
    problems: ['$: array expected, got {"statuses":[]}'],
  },
  {
    name: "a status too many",
    path: home,
    status: 201,
    body: [],
    problems: ["GET /api/v1/timelines/home: status 200 or 206 expected, got 201"],
  },
  { name: "an error", path: home, status: 401, body: { error: "The access token is invalid" }, problems: [] },
  {
    name: "an error without its text",
    path: home,
    status: 500,
    body: {},
    problems: ["$.error: missing in Error"],
  },
  {
    name: "an error of another shape",
    path: home,
    status: 404,
    body: { message: "no" },
    problems: ["$.error: missing in Error", "$.message: no field of Error"],
  },
  {
    name: "no body",
    path: home,
    status: 404,
    body: undefined,
    problems: ["$: Error or ValidationError expected, got nothing"],
  },
  {
    name: "a refused registration",
    method: "POST",
    path: "/api/v1/accounts",
    status: 422,
    body: { error: "x", details: { username: [{ error: "ERR_BLANK", description: "y" }] } },
    problems: [],
  },
  { name: "a redirect", path: "/oauth/authorize", status: 302, body: "", problems: [] },
  { name: "the sign-in page", path: "/oauth/authorize", body: "<form></form>", problems: [] },
  { name: "an empty record", method: "POST", path: "/oauth/revoke", body: {}, problems: [] },
  {
    name: "no record where {} belongs",
    method: "POST",
    path: "/oauth/revoke",
    body: "",
    problems: ['$: empty expected, got ""'],
  },
  {
    name: "a token with a fractional time",
    method: "POST",
    path: "/oauth/token",
    body: { access_token: "x", token_type: "Bearer", scope: "read", created_at: 1.5 },
    problems: ["$.created_at: int expected, got 1.5"],
  },
  { name: "the list of old filters", path: "/api/v1/filters", body: [], problems: [] },
  {
    name: "a map",
    path: "/api/v1/markers",
    body: { home: { last_read_id: 5, version: 1, updated_at: at } },
    problems: ["$.home.last_read_id: string expected, got 5"],
  },
  {
    name: "a deleted status with its text",
    method: "DELETE",
    path: "/api/v1/statuses/10",
    body: { ...without(status, "content"), text: "hello" },
    problems: [],
  },
  {
    name: "a deleted status without its text",
    method: "DELETE",
    path: "/api/v1/statuses/10",
    body: status,
    problems: ["$.text: missing in DeletedStatus"],
  },
  {
    name: "a quote of either form",
    path: home,
    body: [
      { ...status, quote: { state: "accepted", quoted_status: status } },
      { ...status, quote: { state: "deleted", quoted_status_id: null } },
    ],
    problems: [],
  },
  {
    name: "an unknown operation",
    path: "/api/v1/nothing",
    body: {},
    problems: ["no such operation in the contract: GET /api/v1/nothing"],
  },
]

for (const { name, method = "GET", path, status: code = 200, body, problems } of cases) {
  test(`${name}: ${problems.length === 0 ? "passes" : "is reported"}`, () => {
    assert.deepEqual(validateResponse(method, path, code, body), problems)
  })
}

test("the payload of a stream is validated by its entity", () => {
  assert.deepEqual(validateEntity("Status", status), [])
  assert.deepEqual(validateEntity("Status[]", [without(status, "id")]), ["$[0].id: missing in Status"])
})
