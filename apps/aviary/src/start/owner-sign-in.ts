// The owner's first sign-in on its way from the instance that made it to the terminal that shows it: a file for the owner alone,
// removed as soon as it was shown.

import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { NetworkTools } from "@aviary/social"
import { z } from "zod"

type Operator = NetworkTools["operator"]

const signInSchema = z.object({
  username: z.string(),
  email: z.string(),
  password: z.string(),
  /** Lets the owner in once, and leads through the set-up. */
  setupUrl: z.string().optional(),
})

export type OwnerSignIn = z.output<typeof signInSchema>

/** The owner's sign-in with the link to the set-up, where the network has just got its owner. */
export async function firstSignIn(
  operator: Pick<Operator, "ensureOwner" | "createSetupLink">,
): Promise<OwnerSignIn | undefined> {
  const owner = await operator.ensureOwner()
  return owner && { ...owner, setupUrl: await operator.createSetupLink() }
}

const fileIn = (dir: string): string => join(dir, "owner-sign-in.json")

export function leaveOwnerSignIn(dir: string, signIn: OwnerSignIn): void {
  const aside = `${fileIn(dir)}.${process.pid}`
  writeFileSync(aside, JSON.stringify(signIn), { mode: 0o600 })
  renameSync(aside, fileIn(dir))
}

/** What was left, which is gone then; undefined where there is nothing. */
export function takeOwnerSignIn(dir: string): OwnerSignIn | undefined {
  try {
    const signIn = signInSchema.parse(JSON.parse(readFileSync(fileIn(dir), "utf8")))
    rmSync(fileIn(dir))
    return signIn
  } catch {
    return undefined
  }
}
