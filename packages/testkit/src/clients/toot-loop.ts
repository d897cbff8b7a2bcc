/**
 * A day with toot, Debian's command-line client. It has no stream, so nothing listens here. It shows ids only in
 * timelines, so that is where the loop reads them, as a person would.
 */
import type { ClientEnv, ClientReport } from "./client-env.ts"
import { eventually } from "./deadlines.ts"
import { runProgram } from "./run-program.ts"
import { setScene } from "./scene.ts"
import { createStepRecorder, must, need } from "./step-recorder.ts"

/** Milliseconds for one command. */
const commandLimit = 20_000

export async function runTootLoop(env: ClientEnv): Promise<ClientReport> {
  const recorder = createStepRecorder("toot")
  const { other, targetId, tag, picture, mark } = await setScene("toot", env)
  const toot = createToot(env)
  const plain = env.baseUrl.startsWith("https:") ? [] : ["--disable-https"]
  const theirs = `@${env.other.username}`

  async function idOf(text: string, timeline: readonly string[] = []): Promise<string> {
    return eventually(`"${text}" in ${timeline.join(" ") || "the home timeline"}`, async () => {
      return idBelow(await toot(["timeline", "--once", "--count", "20", ...timeline]), text)
    })
  }

  await recorder.step("log in", async () => {
    const host = new URL(env.baseUrl).host
    await toot(["login_cli", "--instance", host, "--email", env.user.email, ...plain], env.user.password)
    const me = await toot(["whoami"])
    must(me.includes(`@${env.user.username}`), `signed in as somebody else: ${me}`)
  })
  const posted = await recorder.step("post", async () => {
    const text = `First post by toot ${mark}`
    const said = await toot(["post", text, "--visibility", "unlisted", "--spoiler-text", "about the day"])
    must(said.includes("Toot posted: http"), said)
    return idOf(text)
  })
  await recorder.step("read the post back", async () => {
    const seen = await toot(["thread", need(posted, "post")])
    must(seen.includes(`First post by toot ${mark}`), seen)
  })
  await recorder.step("reply", async () => {
    const text = `A reply ${mark}`
    await toot(["post", `${theirs} ${text}`, "--reply-to", targetId])
    const thread = await toot(["thread", targetId])
    must(thread.includes(text), `the thread does not have the reply: ${thread}`)
  })
  await recorder.step("favourite", () => toot(["favourite", targetId]))
  await recorder.step("reblog", () => toot(["reblog", targetId]))
  await recorder.step("bookmark", async () => {
    await toot(["bookmark", targetId])
    const bookmarks = await toot(["bookmarks", "--once"])
    must(bookmarks.includes(targetId), `not among the bookmarks: ${bookmarks}`)
  })
  await recorder.step("search", () =>
    eventually("the other member in search", async () => {
      const found = await toot(["search", env.other.username])
      return found.includes(theirs) ? found : undefined
    }),
  )
  await recorder.step("follow", async () => {
    await toot(["follow", env.other.username])
    const following = await toot(["following", env.user.username])
    must(following.includes(theirs), `not among those followed: ${following}`)
  })
  await recorder.step("follow a tag", async () => {
    await toot(["tags_follow", tag])
    const followed = await toot(["tags_followed"])
    must(followed.includes(`#${tag}`), `not among the tags followed: ${followed}`)
  })
  await recorder.step("upload media", async () => {
    const said = await toot(["upload", picture, "--description", "An orange square"])
    must(/Successfully uploaded media ID \S+, type 'image'/.test(said), said)
  })
  await recorder.step("post media", async () => {
    const text = `A picture ${mark}`
    await toot(["post", text, "--media", picture, "--description", "An orange square"])
    const shown = await toot(["thread", await idOf(text)])
    must(/Media:\s+http/.test(shown), `no picture: ${shown}`)
  })
  await recorder.step("read notifications", async () => {
    await other.favourite(need(posted, "post"))
    return eventually("the notification", async () => {
      const seen = await toot(["notifications"])
      return seen.includes(`${theirs} favourited your status`) ? "" : undefined
    })
  })
  await recorder.step("read the home timeline", () => idOf(`First post by toot ${mark}`))
  await recorder.step("read the public timeline", () => idOf(`#${tag}`, ["--public", "--local"]))
  await recorder.step("read the tag timeline", () => idOf(`#${tag}`, ["--tag", tag]))
  await recorder.step("read the instance", () => toot(["instance", ...plain]))
  await recorder.step("delete", async () => {
    const id = need(posted, "post")
    await toot(["delete", id])
    const gone = await fetch(`${env.baseUrl}/api/v1/statuses/${id}`, { signal: AbortSignal.timeout(10_000) })
    must(gone.status === 404, `still there: ${gone.status}`)
  })
  return recorder.report()
}

/** One command of toot. Fails with what it complains of. */
function createToot(env: ClientEnv) {
  return async function toot(args: readonly string[], input = ""): Promise<string> {
    const { code, output, errors } = await runProgram({
      command: "/usr/bin/toot",
      args: [...args, "--no-color"],
      env: { HOME: env.workDir, XDG_CONFIG_HOME: env.workDir, PYTHONUTF8: "1" },
      limit: commandLimit,
      input,
    })
    if (code !== 0)
      throw new Error(`toot ${args.join(" ")} failed (${code ?? "killed"}): ${errors || output}`)
    return output
  }
}

/** The id that toot prints below the status with this text. */
function idBelow(timeline: string, text: string): string | undefined {
  const at = timeline.indexOf(text)
  return at < 0 ? undefined : /\nID (\d+)/.exec(timeline.slice(at))?.[1]
}
