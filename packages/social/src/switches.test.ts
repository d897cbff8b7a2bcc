// What an operator switches off is off within a second, for everybody, and on again after it; nothing else changes.

import assert from "node:assert/strict"
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, test } from "node:test"
import { overridesPath, overridesText } from "@aviary/kit/flags"
import { startAviary } from "@aviary/testkit"
import type { TestAviary, TestMember } from "@aviary/testkit"

const dir = mkdtempSync(join(tmpdir(), "aviary-switches-"))
const file = join(dir, "flags.json")
let aviary: TestAviary
let reader: TestMember

before(async () => {
  writeFileSync(file, '{"ranked-homes": true, "media-uploads": true}')
  aviary = await startAviary({ env: { AVIARY_FLAGS_FILE: file, AVIARY_RELEASE: "social@1" } })
  reader = await aviary.member("reader")
})
after(async () => {
  await aviary.stop()
  rmSync(dir, { recursive: true })
})

function killed(...keys: readonly string[]): void {
  const override = { by: "ada", at: "2026-01-01T00:00:00Z", reason: "too slow" }
  writeFileSync(`${file}.aside`, overridesText(new Map(keys.map((key) => [key, override]))))
  renameSync(`${file}.aside`, overridesPath(file))
}

async function soon(condition: () => Promise<boolean>): Promise<void> {
  const until = performance.now() + 1_000
  while (!(await condition())) {
    assert.ok(performance.now() < until, "not within a second")
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

const home = async (): Promise<string[]> => {
  const { status, body } = await reader.api.get("/api/v1/timelines/home")
  assert.equal(status, 200)
  return body.map(({ id }: { id: string }) => id)
}

test("ranked homes are newest first while they are switched off, and the ranked timeline is refused", async () => {
  const ids: string[] = []
  for (const text of ["first", "second", "third"]) {
    const { body } = await reader.api.post("/api/v1/statuses", { status: text })
    ids.push(body.id)
    aviary.clock.advance(3_600_000)
  }
  for (const name of ["ann", "ben"]) {
    const fan = await aviary.member(name)
    await fan.api.post(`/api/v1/statuses/${ids[0]}/favourite`)
  }
  await aviary.settle()
  await reader.api.patch("/api/aviary/v1/preferences", { home_order: "ranked" })
  assert.equal((await home())[0], ids[0], "ranked: what people liked comes first")

  killed("ranked-homes")
  await soon(async () => (await home())[0] === ids[2])
  assert.deepEqual(await home(), ids.toReversed())
  const refused = await reader.api.get("/api/aviary/v1/timelines/ranked")
  assert.equal(refused.status, 503)
  assert.ok(refused.headers.has("retry-after"))
  assert.match(refused.body.error, /switched off/)

  killed()
  await soon(async () => (await home())[0] === ids[0])
})

test("uploads are refused while they are switched off", async () => {
  const upload = async (): Promise<number> => {
    const form = new FormData()
    form.append("file", new Blob(["no picture"]), "x.png")
    const answer = await fetch(`${aviary.url}/api/v2/media`, {
      method: "POST",
      headers: { authorization: `Bearer ${reader.token}` },
      body: form,
    })
    await answer.body?.cancel()
    return answer.status
  }
  assert.equal(await upload(), 422)
  killed("media-uploads")
  await soon(async () => (await upload()) === 503)
  killed()
  await soon(async () => (await upload()) === 422)
})
