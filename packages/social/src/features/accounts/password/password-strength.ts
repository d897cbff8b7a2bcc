// Says whether a new password is good enough, and if not, why and what would help. It judges how hard a password is to
// guess, not which kinds of characters it has. It never keeps or logs a password.

import type { ZxcvbnFactory } from "@zxcvbn-ts/core"

import { isPasswordTooLong, MAX_PASSWORD_BYTES } from "./password-hash.ts"

/** Characters (code points). NIST SP 800-63B. */
export const MIN_PASSWORD_LENGTH = 8

/** 0 to 4; 3 is "safely unguessable" against somebody who has stolen a slow hash. */
const REQUIRED_SCORE = 3

// A judgement takes time that grows with the length, and with the substitutions ("4" for "a") that are tried: with
// these bounds some 30 ms at most. What is strong in its first part is strong as a whole.
const JUDGED_LENGTH = 48
const MAX_SUBSTITUTIONS = 5

// Shorter ones are parts of too many other words.
const SHORTEST_PERSONAL_WORD = 4

const PERSONAL_WARNING =
  "Your user name and e-mail address, of which it holds a part, add nothing to its strength."
const GENERAL_SUGGESTION =
  "Three or four words that have nothing to do with each other make a strong password."

export interface PasswordOwner {
  readonly username: string
  readonly email: string
}

/** `reason` is for the member and reads on from "Password …". */
export type PasswordVerdict = { readonly ok: true } | { readonly ok: false; readonly reason: string }

/**
 * Judges a new password. The first call loads the dictionaries: some 80 MB and 0.4 s, which a process that never
 * registers anybody need not spend.
 */
export async function checkPassword(password: string, owner: PasswordOwner): Promise<PasswordVerdict> {
  if (Array.from(password).length < MIN_PASSWORD_LENGTH) {
    return {
      ok: false,
      reason: `is too short: use at least ${MIN_PASSWORD_LENGTH} characters. ${GENERAL_SUGGESTION}`,
    }
  }
  if (isPasswordTooLong(password)) {
    return { ok: false, reason: `is too long: use at most ${MAX_PASSWORD_BYTES} bytes.` }
  }

  const words = personalWords(owner)
  const impersonal = withoutWords(password, words)
  const judge = await loadJudge()
  const { score, feedback, crackTimes } = judge.check(impersonal.slice(0, JUDGED_LENGTH), words)
  if (score >= REQUIRED_SCORE) return { ok: true }

  const suggestion = feedback.suggestions[0] ?? GENERAL_SUGGESTION
  if (impersonal !== password) {
    return { ok: false, reason: `is too easy to guess. ${PERSONAL_WARNING} ${suggestion}` }
  }
  const time = crackTimes.offlineSlowHashingXPerSecond.display
  const weakness = feedback.warning ?? `A computer could guess it in ${time}.`
  return { ok: false, reason: `is too easy to guess. ${weakness} ${suggestion}` }
}

/** What somebody who knows the member, or this page, would try first. */
function personalWords({ username, email }: PasswordOwner): string[] {
  const parts = `aviary ${username} ${email}`.split(/[^\p{L}\p{M}\p{N}]+/u)
  return parts.filter((part) => part.length >= SHORTEST_PERSONAL_WORD)
}

/**
 * The judge knows these words too, but takes what joins them for random: "alice-liddell" would pass. So they count
 * for nothing, and the rest has to be strong alone.
 */
function withoutWords(password: string, words: readonly string[]): string {
  return words.length === 0 ? password : password.replace(new RegExp(words.join("|"), "giu"), "")
}

let loading: Promise<ZxcvbnFactory> | undefined

function loadJudge(): Promise<ZxcvbnFactory> {
  loading ??= createJudge().catch((error: unknown) => {
    loading = undefined
    throw error
  })
  return loading
}

async function createJudge(): Promise<ZxcvbnFactory> {
  const [{ ZxcvbnFactory }, common, english] = await Promise.all([
    import("@zxcvbn-ts/core"),
    import("@zxcvbn-ts/language-common"),
    import("@zxcvbn-ts/language-en"),
  ])
  return new ZxcvbnFactory({
    dictionary: { ...common.dictionary, ...english.dictionary },
    graphs: common.adjacencyGraphs,
    l33tMaxSubstitutions: MAX_SUBSTITUTIONS,
    translations: {
      ...english.translations,
      warnings: {
        ...english.translations.warnings,
        userInputs: "It is made of your user name or e-mail address.",
      },
    },
  })
}
