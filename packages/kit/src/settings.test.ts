import assert from "node:assert/strict"
import { test } from "node:test"
import { AppError } from "./errors.ts"
import { listSettings, readSettings, setting, values } from "./settings.ts"

const table = {
  http: {
    port: setting(values.integer(0, 65_535), 3000, "Port"),
    trustedProxies: setting(values.list, [] as string[], "Proxies"),
  },
  open: setting(values.flag, false, "Open"),
}

test("defaults, the file and variables, in rising order", () => {
  const file = { name: "aviary.yaml", text: "http:\n  port: 4000\nopen: yes\n" }
  assert.deepEqual(readSettings(table, { env: {}, file }), {
    http: { port: 4000, trustedProxies: [] },
    open: true,
  })
  const settings = readSettings(table, {
    env: { AVIARY_HTTP_PORT: "5000", AVIARY_HTTP_TRUSTED_PROXIES: "a, b" },
    file,
  })
  assert.equal(settings.http.port, 5000)
  assert.deepEqual(settings.http.trustedProxies, ["a", "b"])
  assert.ok(Object.isFrozen(settings.http))
})

test("every problem is reported at once, with its place", () => {
  const file = { name: "aviary.yaml", text: "http:\n  port: many\n  prot: 1\n" }
  assert.throws(
    () => readSettings(table, { env: { AVIARY_OPEN: "maybe", AVIARY_HTPP: "1" }, file }),
    (error) =>
      error instanceof AppError &&
      error.code === "config.invalid" &&
      /aviary\.yaml:2 http\.port/.test(error.message) &&
      /aviary\.yaml:3 http\.prot: there is no such setting/.test(error.message) &&
      /AVIARY_OPEN/.test(error.message) &&
      /AVIARY_HTPP: there is no such setting/.test(error.message),
  )
})

test("settings are listed with their variables", () => {
  assert.deepEqual(
    listSettings(table).map((entry) => [entry.path, entry.variable]),
    [
      ["http.port", "AVIARY_HTTP_PORT"],
      ["http.trustedProxies", "AVIARY_HTTP_TRUSTED_PROXIES"],
      ["open", "AVIARY_OPEN"],
    ],
  )
})

test("a port that may be off", () => {
  const port = { port: setting(values.optionalPort, 9_464, "Port") }
  const read = (text: string) =>
    readSettings(port, { env: {}, file: { name: "aviary.yaml", text: `port: ${text}` } }).port
  assert.deepEqual(
    ["off", "false", "-1", '"-1"', "0", "9000", '"9000"'].map(read),
    [-1, -1, -1, -1, 0, 9_000, 9_000],
  )
  assert.equal(readSettings({ port: port.port }, { env: { AVIARY_PORT: "-1" } }).port, -1)
  for (const wrong of ["-2", "65536", "on", "1.5"]) assert.throws(() => read(wrong), /aviary\.yaml:1 port/)
})
