/** Sets the scene that every client's day starts with: somebody else has posted, and follows the member. */
import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import type { ClientEnv } from "./client-env.ts"
import { createOtherMember } from "./other-member.ts"
import type { OtherMember } from "./other-member.ts"
import { tinyPng } from "./tiny-png.ts"

export interface Scene {
  readonly other: OtherMember
  readonly otherId: string
  /** A public post of the other member with the hashtag `tag`. */
  readonly targetId: string
  /** Without the #; unlike that of any other run. */
  readonly tag: string
  /** A PNG to upload. */
  readonly picture: string
  /** Unlike that of any other run; posts carry it, so that they can be recognised. */
  readonly mark: string
}

export async function setScene(client: string, env: ClientEnv): Promise<Scene> {
  const mark = `${client}${Date.now().toString(36)}`
  const tag = `day${mark}`
  const other = createOtherMember(env)
  const [userId, otherId] = await Promise.all([other.idOf(env.user.username), other.idOf(env.other.username)])
  await other.follow(userId)
  const targetId = await other.post(`Good morning from the other member #${tag}`)
  await mkdir(env.workDir, { recursive: true })
  const picture = join(env.workDir, `${client}.png`)
  await writeFile(picture, tinyPng(64, [200, 80, 40]))
  return { other, otherId, targetId, tag, picture, mark }
}
