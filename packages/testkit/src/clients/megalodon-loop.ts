/**
 * A day with megalodon, the library below Whalebird. It finds out by NodeInfo what kind of server it talks to, and has
 * one WebSocket for each stream.
 */
import { createReadStream } from "node:fs"
import generator, { detector } from "megalodon"
import type { Entity, MegalodonInterface, WebSocketInterface } from "megalodon"
import type { ClientEnv, ClientReport } from "./client-env.ts"
import { causeUntil, eventually, withDeadline } from "./deadlines.ts"
import { obtainCode } from "./obtain-code.ts"
import { setScene } from "./scene.ts"
import type { Scene } from "./scene.ts"
import { createStepRecorder, must, need } from "./step-recorder.ts"
import type { StepRecorder } from "./step-recorder.ts"

const scopes = ["read", "write", "follow"]

interface Day {
  readonly env: ClientEnv
  readonly scene: Scene
  readonly recorder: StepRecorder
  readonly api: () => MegalodonInterface
}

export async function runMegalodonLoop(env: ClientEnv): Promise<ClientReport> {
  const recorder = createStepRecorder("megalodon")
  const scene = await setScene("megalodon", env)
  await recorder.step("recognise the server", async () => {
    const kind = await detector(env.baseUrl)
    must(kind === "mastodon", `taken for ${kind}`)
  })
  const client = await recorder.step("log in", () => logIn(env))
  const day: Day = { env, scene, recorder, api: () => need(client, "log in") }

  const posted = await write(day)
  await react(day)
  await read(day, posted)
  await listen(day)
  await change(day, posted)
  return recorder.report()
}

async function logIn(env: ClientEnv): Promise<MegalodonInterface> {
  const anonymous = generator("mastodon", env.baseUrl)
  const app = await anonymous.registerApp("Daily loop", { scopes, website: "https://example.org" })
  must(app.url !== null, "no authorisation URL")
  const code = await obtainCode(app.url, env.user)
  const token = await anonymous.fetchAccessToken(app.client_id, app.client_secret, code)
  const api = generator("mastodon", env.baseUrl, token.access_token)
  const me = await api.verifyAccountCredentials()
  must(me.data.username === env.user.username, `signed in as ${me.data.username}`)
  return api
}

async function write({ recorder, scene, env, api }: Day): Promise<string | undefined> {
  const posted = await recorder.step("post", async () => {
    const status = await postStatus(api(), `First post by megalodon ${scene.mark}`, {
      visibility: "unlisted",
      spoiler_text: "about the day",
    })
    must(
      status.visibility === "unlisted" && status.spoiler_text === "about the day",
      "visibility or warning lost",
    )
    return status.id
  })
  await recorder.step("reply", async () => {
    const text = `@${env.other.username} A reply ${scene.mark}`
    const status = await postStatus(api(), text, { in_reply_to_id: scene.targetId })
    must(status.in_reply_to_id === scene.targetId, "not a reply to the target")
    const context = await api().getStatusContext(scene.targetId)
    must(
      context.data.descendants.some(({ id }) => id === status.id),
      "not in the context of the target",
    )
  })
  const media = await recorder.step("upload media", async () => {
    const uploaded = await api().uploadMedia(createReadStream(scene.picture), {
      description: "An orange square",
    })
    return eventually("the picture", async () => {
      const { data } = await api().getMedia(uploaded.data.id)
      return data.url === null || data.url === "" ? undefined : data.id
    })
  })
  await recorder.step("post media", async () => {
    const ids = [need(media, "upload media")]
    const status = await postStatus(api(), `A picture ${scene.mark}`, { media_ids: ids })
    must(status.media_attachments[0]?.description === "An orange square", "the description is lost")
  })
  return posted
}

type PostOptions = NonNullable<Parameters<MegalodonInterface["postStatus"]>[1]>

async function postStatus(api: MegalodonInterface, text: string, options: PostOptions) {
  const { data } = await api.postStatus(text, options)
  if ("params" in data) throw new Error("the post was scheduled")
  return data
}

async function react({ recorder, scene, env, api }: Day): Promise<void> {
  await recorder.step("favourite", async () => {
    must((await api().favouriteStatus(scene.targetId)).data.favourited === true, "not favourited")
    const all = await api().getFavourites()
    must(
      all.data.some(({ id }) => id === scene.targetId),
      "not in the list of favourites",
    )
  })
  await recorder.step("reblog", async () => {
    const { data } = await api().reblogStatus(scene.targetId)
    must(data.reblog?.id === scene.targetId, "the wrapper does not hold the target")
  })
  await recorder.step("bookmark", async () => {
    must((await api().bookmarkStatus(scene.targetId)).data.bookmarked === true, "not bookmarked")
    const all = await api().getBookmarks()
    must(
      all.data.some(({ id }) => id === scene.targetId),
      "not in the list of bookmarks",
    )
  })
  await recorder.step("search", () =>
    eventually("the other member in search", async () => {
      const found = await api().search(env.other.username, { type: "accounts" })
      return found.data.accounts.find(({ id }) => id === scene.otherId)?.id
    }),
  )
  await recorder.step("follow", async () => {
    must((await api().followAccount(scene.otherId)).data.following, "not following")
    must((await api().getRelationship(scene.otherId)).data.following, "not following on a second look")
  })
}

async function read({ recorder, scene, env, api }: Day, posted: string | undefined): Promise<void> {
  const has = (id: string, page: { readonly data: readonly { readonly id: string }[] }) =>
    page.data.some((status) => status.id === id) ? id : undefined

  await recorder.step("read notifications", async () => {
    const id = need(posted, "post")
    await scene.other.favourite(id)
    const notification = await eventually("the notification", async () => {
      const all = await api().getNotifications({ limit: 40 })
      return all.data.find((one) => one.type === "favourite" && one.status?.id === id)
    })
    must(notification.account?.username === env.other.username, "not from the other member")
  })
  await recorder.step("read the home timeline", () =>
    eventually("the post at home", async () =>
      has(need(posted, "post"), await api().getHomeTimeline({ limit: 40 })),
    ),
  )
  await recorder.step("read the public timeline", () =>
    eventually("the target", async () => has(scene.targetId, await api().getLocalTimeline({ limit: 40 }))),
  )
  await recorder.step("read the tag timeline", () =>
    eventually("the target", async () => has(scene.targetId, await api().getTagTimeline(scene.tag))),
  )
}

async function listen({ recorder, scene, env, api }: Day): Promise<void> {
  await recorder.step("listen to the stream", async () => {
    const text = `Live from the other member ${scene.mark}`
    const stream = await api().userStreaming()
    try {
      await withDeadline("the connection", 10_000, once(stream, "connect"))
      const author = await causeUntil("the update", () => scene.other.post(text), hear(stream, text))
      must(author === env.other.username, `by ${author}`)
    } finally {
      stream.stop()
      stream.removeAllListeners()
    }
  })
}

function once(stream: WebSocketInterface, event: "connect"): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  stream.once(event, () => resolve())
  stream.once("error", reject)
  return promise
}

function hear(stream: WebSocketInterface, text: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  stream.on("update", (status: Entity.Status) => {
    if (status.content.includes(text)) resolve(status.account.username)
  })
  stream.on("parser-error", reject)
  return promise
}

async function change({ recorder, scene, env, api }: Day, posted: string | undefined): Promise<void> {
  await recorder.step("edit", async () => {
    const { data } = await api().editStatus(need(posted, "post"), { status: `An edited post ${scene.mark}` })
    must(data.content.includes("edited"), "the text is the old one")
    const source = await api().getStatusSource(data.id)
    must(source.data.text.includes("edited"), "the source is the old one")
  })
  await recorder.step("delete", async () => {
    const id = need(posted, "post")
    await api().deleteStatus(id)
    const gone = await fetch(`${env.baseUrl}/api/v1/statuses/${id}`)
    must(gone.status === 404, `still there: ${gone.status}`)
  })
}
