/** A day with masto.js, the library below Elk. REST over JSON, the stream over one multiplexed WebSocket. */
import { openAsBlob } from "node:fs"
import { createOAuthAPIClient, createRestAPIClient, createStreamingAPIClient } from "masto"
import type { mastodon } from "masto"
import type { ClientEnv, ClientReport } from "./client-env.ts"
import { causeUntil, eventually } from "./deadlines.ts"
import { obtainCode } from "./obtain-code.ts"
import { setScene } from "./scene.ts"
import type { Scene } from "./scene.ts"
import { createStepRecorder, must, need } from "./step-recorder.ts"
import type { StepRecorder } from "./step-recorder.ts"

const outOfBand = "urn:ietf:wg:oauth:2.0:oob"
const scope = "read write follow push"

/** What the steps share: the client, and what earlier steps have made. */
interface Day {
  readonly env: ClientEnv
  readonly scene: Scene
  readonly recorder: StepRecorder
  readonly api: () => mastodon.rest.Client
  readonly token: () => string
}

export async function runMastoLoop(env: ClientEnv): Promise<ClientReport> {
  const recorder = createStepRecorder("masto")
  const scene = await setScene("masto", env)
  const accessToken = await recorder.step("log in", () => logIn(env))
  const token = () => need(accessToken, "log in")
  const api = () => createRestAPIClient({ url: env.baseUrl, accessToken: token(), timeout: 20_000 })
  const day: Day = { env, scene, recorder, api, token }

  await recorder.step("read the instance", async () => {
    const instance = await api().v2.instance.fetch()
    must(instance.configuration.urls.streaming.startsWith("ws"), "no streaming URL")
  })
  const posted = await write(day)
  await react(day)
  await read(day, posted)
  await curate(day)
  await listen(day)
  await change(day, posted)
  return recorder.report()
}

async function logIn(env: ClientEnv): Promise<string> {
  const app = await createRestAPIClient({ url: env.baseUrl }).v1.apps.create({
    clientName: "Daily loop",
    redirectUris: outOfBand,
    scopes: scope,
    website: "https://example.org",
  })
  const clientId = app.clientId ?? ""
  const clientSecret = app.clientSecret ?? ""
  const query = new URLSearchParams({
    client_id: clientId,
    response_type: "code",
    redirect_uri: outOfBand,
    scope,
  })
  const code = await obtainCode(`${env.baseUrl}/oauth/authorize?${query.toString()}`, env.user)
  const token = await createOAuthAPIClient({ url: env.baseUrl }).token.create({
    grantType: "authorization_code",
    clientId,
    clientSecret,
    redirectUri: outOfBand,
    code,
    scope,
  })
  const api = createRestAPIClient({ url: env.baseUrl, accessToken: token.accessToken })
  const me = await api.v1.accounts.verifyCredentials()
  must(me.username === env.user.username, `signed in as ${me.username}`)
  return token.accessToken
}

async function write({ recorder, scene, env, api }: Day): Promise<string | undefined> {
  const posted = await recorder.step("post", async () => {
    const status = await api().v1.statuses.create({
      status: `First post by masto ${scene.mark}`,
      visibility: "unlisted",
      spoilerText: "about the day",
      language: "en",
    })
    must(
      status.visibility === "unlisted" && status.spoilerText === "about the day",
      "visibility or warning lost",
    )
    return status.id
  })
  await recorder.step("reply", async () => {
    const status = await api().v1.statuses.create({
      status: `@${env.other.username} A reply ${scene.mark}`,
      inReplyToId: scene.targetId,
    })
    must(status.inReplyToId === scene.targetId, "not a reply to the target")
    const context = await api().v1.statuses.$select(scene.targetId).context.fetch()
    must(
      context.descendants.some(({ id }) => id === status.id),
      "not in the context of the target",
    )
  })
  await recorder.step("poll", async () => {
    const status = await api().v1.statuses.create({
      status: `Tea or coffee? ${scene.mark}`,
      poll: { options: ["tea", "coffee"], expiresIn: 3600 },
    })
    must(status.poll?.options.map(({ title }) => title).join() === "tea,coffee", "the options differ")
  })
  const media = await recorder.step("upload media", async () => {
    const file = await openAsBlob(scene.picture, { type: "image/png" })
    const attachment = await api().v2.media.create({ file, description: "An orange square" })
    must(typeof attachment.url === "string", "no URL even after waiting")
    return attachment.id
  })
  await recorder.step("post media", async () => {
    const status = await api().v1.statuses.create({
      status: `A picture ${scene.mark}`,
      mediaIds: [need(media, "upload media")],
    })
    must(status.mediaAttachments[0]?.description === "An orange square", "the description is lost")
  })
  return posted
}

async function react({ recorder, scene, env, api }: Day): Promise<void> {
  const target = () => api().v1.statuses.$select(scene.targetId)
  await recorder.step("favourite", async () => {
    must((await target().favourite()).favourited === true, "not favourited")
    const all = await api().v1.favourites.list()
    must(
      all.some(({ id }) => id === scene.targetId),
      "not in the list of favourites",
    )
  })
  await recorder.step("reblog", async () => {
    must((await target().reblog()).reblog?.id === scene.targetId, "the wrapper does not hold the target")
  })
  await recorder.step("bookmark", async () => {
    must((await target().bookmark()).bookmarked === true, "not bookmarked")
    const all = await api().v1.bookmarks.list()
    must(
      all.some(({ id }) => id === scene.targetId),
      "not in the list of bookmarks",
    )
  })
  await recorder.step("search", () =>
    eventually("the other member in search", async () => {
      const found = await api().v2.search.list({ q: env.other.username, type: "accounts" })
      return found.accounts.find(({ id }) => id === scene.otherId)?.id
    }),
  )
  await recorder.step("follow", async () => {
    must((await api().v1.accounts.$select(scene.otherId).follow()).following, "not following")
    const [relationship] = await api().v1.accounts.relationships.fetch({ id: [scene.otherId] })
    must(relationship?.following === true, "not following on a second look")
  })
}

/** Lists and filters. */
async function curate({ recorder, scene, api }: Day): Promise<void> {
  await recorder.step("list", async () => {
    const list = await api().v1.lists.create({ title: `People ${scene.mark}` })
    const one = api().v1.lists.$select(list.id)
    await one.accounts.create({ accountIds: [scene.otherId] })
    const members = await one.accounts.list()
    must(members.map(({ id }) => id).join() === scene.otherId, "not on the list")
    const shown = await api().v1.timelines.list.$select(list.id).list()
    must(
      shown.some(({ id }) => id === scene.targetId),
      "the list's timeline lacks the post",
    )
    await one.accounts.remove({ accountIds: [scene.otherId] })
    must((await one.accounts.list()).length === 0, "still on the list")
    await one.remove()
  })
  await recorder.step("filter", async () => {
    const filter = await api().v2.filters.create({
      title: `Quiet ${scene.mark}`,
      context: ["home", "public"],
      filterAction: "warn",
      keywordsAttributes: [{ keyword: scene.tag, wholeWord: true }],
    })
    const { filtered } = await api().v1.statuses.$select(scene.targetId).fetch()
    must(filtered?.[0]?.filter.id === filter.id, "the post is not filtered")
    await api().v2.filters.$select(filter.id).remove()
    const after = await api().v1.statuses.$select(scene.targetId).fetch()
    must(after.filtered?.length === 0, "the post is still filtered")
  })
}

async function read({ recorder, scene, env, api }: Day, posted: string | undefined): Promise<void> {
  const has = (id: string) => (page: readonly { readonly id: string }[]) =>
    page.some((status) => status.id === id) ? id : undefined

  await recorder.step("read notifications", async () => {
    const id = need(posted, "post")
    await scene.other.favourite(id)
    const notification = await eventually("the notification", async () => {
      const all = await api().v1.notifications.list({ types: ["favourite"] })
      return all.find((one) => one.type === "favourite" && one.status?.id === id)
    })
    must(notification.account.username === env.other.username, "not from the other member")
    const grouped = await api().v2.notifications.list({ types: ["favourite"] })
    must(grouped.notificationGroups.length > 0, "no group")
    must(
      grouped.accounts.some((account) => account.id === scene.otherId),
      "the grouped form lacks the account",
    )
  })
  await recorder.step("read the home timeline", async () => {
    const id = need(posted, "post")
    await eventually("the post at home", async () =>
      has(id)(await api().v1.timelines.home.list({ limit: 40 })),
    )
    const pages = api().v1.timelines.home.list({ limit: 1 }).values()
    const first = await pages.next()
    const second = await pages.next()
    must(first.done !== true && second.done !== true, "no next page")
    must(Number(second.value[0]?.id) < Number(first.value[0]?.id), "the next page is not older")
  })
  await recorder.step("read the public timeline", () =>
    eventually("the target", async () =>
      has(scene.targetId)(await api().v1.timelines.public.list({ limit: 40, local: true })),
    ),
  )
  await recorder.step("read the tag timeline", () =>
    eventually("the target", async () =>
      has(scene.targetId)(await api().v1.timelines.tag.$select(scene.tag).list()),
    ),
  )
}

async function listen({ recorder, scene, env, api, token }: Day): Promise<void> {
  await recorder.step("listen to the stream", async () => {
    const instance = await api().v2.instance.fetch()
    const streaming = createStreamingAPIClient({
      streamingApiUrl: instance.configuration.urls.streaming,
      accessToken: token(),
      retry: 3,
    })
    const text = `Live from the other member ${scene.mark}`
    async function hear(): Promise<string> {
      for await (const event of streaming.user.subscribe()) {
        if (event.event === "update" && event.payload.content.includes(text))
          return event.payload.account.username
      }
      throw new Error("the stream ended")
    }
    try {
      await streaming.prepare()
      const author = await causeUntil("the update", () => scene.other.post(text), hear())
      must(author === env.other.username, `by ${author}`)
    } finally {
      streaming.close()
    }
  })
}

async function change({ recorder, scene, env, api }: Day, posted: string | undefined): Promise<void> {
  const mine = () => api().v1.statuses.$select(need(posted, "post"))
  await recorder.step("edit", async () => {
    const edited = await mine().update({ status: `An edited post ${scene.mark}` })
    must(edited.content.includes("edited"), "the text is the old one")
    must((await mine().history.list()).length === 2, "the history does not have two versions")
    must((await mine().source.fetch()).text.includes("edited"), "the source is the old one")
  })
  await recorder.step("delete", async () => {
    const deleted = await mine().remove()
    must(typeof deleted.text === "string", "the deleted status does not come with its text")
    const gone = await fetch(`${env.baseUrl}/api/v1/statuses/${need(posted, "post")}`)
    must(gone.status === 404, `still there: ${gone.status}`)
  })
  await recorder.step("keep the place in the timeline", async () => {
    await api().v1.markers.create({ home: { lastReadId: scene.targetId } })
    const markers = await api().v1.markers.fetch({ timeline: ["home"] })
    must(markers.home.lastReadId === scene.targetId, "the marker is another")
  })
}
