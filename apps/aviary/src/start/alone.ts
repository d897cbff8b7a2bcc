// The network in this process, listening itself: for those who have a gateway elsewhere.

import { join } from "node:path"
import { systemClock } from "@aviary/kit"
import { createSocial } from "@aviary/social"
import type { Social } from "@aviary/social"
import type { Startable } from "../commands/start.ts"
import { writeRunFile } from "../installation.ts"
import { createDatabasePart } from "./database-part.ts"
import { firstSignIn } from "./owner-sign-in.ts"
import { shownStep } from "./shown-step.ts"
import type { StartContext } from "./start-context.ts"

export async function alone(context: StartContext): Promise<Startable> {
  const { settings, dir, log, terminal } = context
  const database = createDatabasePart(context)
  let social: Social | undefined
  const started = (): Social => {
    if (!social) throw new Error("The network has not started")
    return social
  }
  const network = {
    name: "network",
    async start() {
      const step = terminal.step("network")
      await shownStep(step, async () => {
        social = await createSocial({
          settings,
          databaseUrl: database.url(),
          mediaDir: join(dir, "media"),
          clock: systemClock,
          log,
          onProgress: (text) => step.note(text),
        })
        await social.start()
        writeRunFile(dir, { pid: process.pid, url: social.address(), databaseUrl: database.url() })
        return { result: undefined, text: `listening on ${social.address()}` }
      })
    },
    stop: async (signal: AbortSignal) => social?.stop(signal),
  }
  return {
    parts: [database, network],
    async running() {
      const network = started()
      const owner = await firstSignIn(network.operator)
      const said = { url: network.core.urls.base, owner, operators: network.operators }
      return { url: network.address(), databaseUrl: database.url(), said }
    },
  }
}
