// A small community that looks alive: people with faces, conversations, pictures of odd shapes, polls, warnings, names of every kind.
// For screenshots and for tests that need something to look at.

import assert from "node:assert/strict"
import { setTimeout } from "node:timers/promises"
import type { TestAviary, TestMember } from "@aviary/testkit"
import { avatarOf, landscape } from "./paintings.ts"

export interface Community {
  readonly members: Readonly<Record<PersonName, TestMember>>
  /** Ids of posts that scenes point at. */
  readonly posts: { readonly thread: string; readonly pictures: string; readonly poll: string }
}

interface Person {
  readonly name: string
  readonly note: string
}

const people = {
  wren: { name: "Wren Okafor", note: "Field recordist. Mostly up before the birds. #birdsong #wetlands" },
  lark: { name: "Lark", note: "Bakes bread, mends bicycles, reads maps for fun." },
  rook: { name: "Rook Lindqvist 🪶", note: "Botanist at the harbour herbarium. Opinions about moss." },
  ibis: { name: "إيبس النهر", note: "مصور من ضفاف النهر. أحب الصباح الباكر." },
  finch: { name: "Finch", note: "Library person. Ask me for a book, any book." },
  heron: {
    name: "Heron Marsh-Delacroix-Vanderme",
    note: "I write about rivers.",
  },
  plover: { name: "🌊🌊🌊", note: "Tides, boats, weather." },
  siskin: { name: "Siskin Amara", note: "Teacher. Chess club on Thursdays." },
} as const satisfies Record<string, Person>

export type PersonName = keyof typeof people

/** Fills an Aviary. Takes a few seconds, for the pictures. */
export async function settleCommunity(aviary: TestAviary): Promise<Community> {
  const names = Object.keys(people) as PersonName[]
  const members = {} as Record<PersonName, TestMember>
  for (const name of names) {
    members[name] = await aviary.member(name)
    await introduce(members[name], people[name])
  }
  for (const name of names)
    for (const other of names)
      if (name !== other && (name.length + other.length) % 5 !== 0)
        await done(members[name].api.post(`/api/v1/accounts/${members[other].id}/follow`))
  const posts = await converse(members)
  await aviary.settle()
  return { members, posts }
}

async function introduce({ api, username }: TestMember, { name, note }: Person): Promise<void> {
  const form = new FormData()
  form.set("display_name", name)
  form.set("note", note)
  form.set("fields_attributes[0][name]", "Pronouns")
  form.set("fields_attributes[0][value]", "they/them")
  form.set("fields_attributes[1][name]", "Website")
  form.set("fields_attributes[1][value]", `https://${username}.example`)
  form.set(
    "avatar",
    new Blob([new Uint8Array(await avatarOf(username))], { type: "image/png" }),
    "avatar.png",
  )
  form.set(
    "header",
    new Blob([new Uint8Array(await landscape(username, 1500, 500))], { type: "image/png" }),
    "header.png",
  )
  await done(api.patch("/api/v1/accounts/update_credentials", form))
}

async function converse(members: Readonly<Record<PersonName, TestMember>>): Promise<Community["posts"]> {
  const { wren, lark, rook, ibis, finch, heron, plover, siskin } = members
  await post(siskin, {
    status:
      "Chess club moved to the big table by the window. Bring a friend, or an enemy you would like to keep.",
  })
  await post(plover, { status: "🌊⛵🌤️🐟🐟🐟" })
  await post(heron, { status: "a".repeat(480) })
  const poll = await post(finch, {
    status: "We have room for one more reading evening this month. Which one?",
    poll: {
      options: ["Short stories, out loud", "Maps and how they lie", "Bring your own field guide"],
      expires_in: 86_400 * 2,
    },
  })
  await vote(poll, [
    [lark, 0],
    [rook, 2],
    [heron, 2],
    [siskin, 1],
  ])
  await post(ibis, { status: "صباح الخير من النهر. الضباب اليوم كثيف، لكن الطيور لا تهتم.", language: "ar" })
  await post(lark, {
    status: "The sourdough collapsed again. I am calling it focaccia and nobody has to know. #baking",
  })
  const spoiler = await post(rook, {
    status: "The lighthouse keeper was the cartographer all along, and the map was of the house.",
    spoiler_text: "The end of this month's book",
  })
  await post(finch, { status: "@rook I gasped on the tram.", in_reply_to_id: spoiler })
  const tower = await upload(rook, {
    name: "moss",
    width: 700,
    height: 1_900,
    description: "Moss on the north wall, taller than the door",
  })
  await post(rook, {
    status: "The north wall after three days of rain. Nobody planted any of this. #moss",
    media_ids: [tower],
  })
  const four = []
  for (const [name, width, height] of [
    ["dawn", 1200, 800],
    ["reeds", 900, 1200],
    ["fog", 1600, 700],
    ["bridge", 1000, 1000],
  ] as const)
    four.push(await upload(wren, { name, width, height, description: `The wetlands at ${name}` }))
  const pictures = await post(wren, {
    status:
      "Four mornings at the wetlands. The bittern called on the third one, and I have it on tape. #birdsong #wetlands",
    media_ids: four,
  })
  const thread = await post(wren, {
    status:
      "Does anybody else hear the reed warblers earlier this year? I have recordings back to 2019 and they have never been this early. #birdsong",
  })
  const first = await post(rook, {
    status: "@wren Two weeks early here as well. The reeds are up, so they have somewhere to be.",
    in_reply_to_id: thread,
  })
  await post(wren, {
    status: "@rook That would explain it. Could I come by with the recorder on Sunday?",
    in_reply_to_id: first,
  })
  await post(siskin, {
    status: "@wren My class would love to hear the 2019 ones next to this year's.",
    in_reply_to_id: thread,
  })
  const lone = await upload(plover, {
    name: "harbour",
    width: 1600,
    height: 900,
    description: "The harbour at low tide",
  })
  await post(plover, {
    status: "Lowest tide of the year. You could walk to the old mooring.",
    media_ids: [lone],
  })
  for (const [member, id] of [
    [lark, thread],
    [finch, thread],
    [siskin, thread],
    [rook, pictures],
    [lark, pictures],
    [heron, pictures],
    [wren, poll],
  ] as const)
    await done(member.api.post(`/api/v1/statuses/${id}/favourite`))
  await done(lark.api.post(`/api/v1/statuses/${pictures}/reblog`))
  await done(finch.api.post(`/api/v1/statuses/${thread}/reblog`))
  await done(wren.api.post(`/api/v1/statuses/${poll}/bookmark`))
  return { thread, pictures, poll }
}

async function post({ api }: TestMember, body: Record<string, unknown>): Promise<string> {
  const answer = await done(api.post("/api/v1/statuses", body))
  return String((answer as { id: string }).id)
}

async function vote(statusId: string, votes: readonly (readonly [TestMember, number])[]): Promise<void> {
  for (const [{ api }, choice] of votes) {
    const { poll } = (await done(api.get(`/api/v1/statuses/${statusId}`))) as { poll: { id: string } }
    await done(api.post(`/api/v1/polls/${poll.id}/votes`, { choices: [choice] }))
  }
}

interface Painting {
  readonly name: string
  readonly width: number
  readonly height: number
  readonly description: string
}

async function upload({ api }: TestMember, { name, width, height, description }: Painting): Promise<string> {
  const form = new FormData()
  const picture = await landscape(name, width, height)
  form.set("file", new Blob([new Uint8Array(picture)], { type: "image/png" }), `${name}.png`)
  form.set("description", description)
  const { id } = (await done(api.post("/api/v2/media", form))) as { id: string }
  // 206 while the server still makes the smaller sizes.
  for (let tries = 0; (await api.get(`/api/v1/media/${id}`)).status === 206; tries += 1) {
    assert.ok(tries < 600, `${name} is still not processed`)
    await setTimeout(50)
  }
  return id
}

/** The body of an answer that worked. */
async function done(answer: Promise<{ status: number; body: unknown }>): Promise<unknown> {
  const { status, body } = await answer
  assert.ok(status < 300, `${status}: ${JSON.stringify(body)}`)
  return body
}
