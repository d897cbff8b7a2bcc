// What was asked for before the client's code was there is handed out once, to whom it was meant for, and not when it is old.

import assert from "node:assert/strict"
import { test } from "node:test"
import { createFetchWithFirstAnswers } from "./first-answers.ts"

const HOME = "https://birds.example/api/v1/timelines/home"
const asked = { method: "GET", headers: { authorization: "Bearer secret" } }

function start() {
  let age = 1_000
  const sent: string[] = []
  const early = new Response("early")
  const fetchWith = createFetchWithFirstAnswers({
    requests: { token: "secret", answers: new Map([[HOME, Promise.resolve(early)]]) },
    pageAge: () => age,
    fetch: async (input) => {
      sent.push(input instanceof Request ? input.url : input.toString())
      return new Response("asked")
    },
  })
  const read = async (address: string, init: RequestInit) => await (await fetchWith(address, init)).text()
  return {
    sent,
    read,
    wait: (ms: number) => {
      age += ms
    },
  }
}

test("an answer is handed out once, and from then on the server is asked", async () => {
  const { read, sent } = start()
  assert.equal(await read(HOME, asked), "early")
  assert.equal(await read(HOME, asked), "asked")
  assert.deepEqual(sent, [HOME])
})

test("another member, another method or another address gets an answer of its own", async () => {
  const { read } = start()
  assert.equal(await read(HOME, { ...asked, headers: { authorization: "Bearer other" } }), "asked")
  assert.equal(await read(HOME, { method: "GET" }), "asked")
  assert.equal(await read(HOME, { ...asked, method: "POST" }), "asked")
  assert.equal(await read(`${HOME}?max_id=1`, asked), "asked")
  assert.equal(await read(HOME, asked), "early")
})

test("what is older than half a minute is asked for anew", async () => {
  const { read, wait } = start()
  wait(30_000)
  assert.equal(await read(HOME, asked), "asked")
})

test("without first requests it is fetch", async () => {
  const fetchWith = createFetchWithFirstAnswers({
    requests: undefined,
    pageAge: () => 0,
    fetch: async () => new Response("asked"),
  })
  assert.equal(await (await fetchWith(HOME, asked)).text(), "asked")
})
