// Registers an account: the rules for names, addresses and passwords, then one transaction with the event and the
// credentials. Two registrations of one name at once: the database lets one win.

import { AppError } from "@aviary/kit"
import { sql } from "kysely"
import type { Core } from "../../core.ts"
import type { Db } from "../../db/database.ts"
import { isUniqueViolation } from "../../db/database.ts"
import type { Role } from "../../db/schema.ts"
import { accountStream } from "./account-events.ts"
import type { PasswordHasher } from "./password/password-hash.ts"
import { checkPassword } from "./password/password-strength.ts"

export interface NewAccount {
  readonly username: string
  readonly email: string
  readonly password: string
  /** The member has agreed to the rules. */
  readonly agreement: boolean
  readonly role?: Role
}

/** Problems of a registration, by field, with the codes that Mastodon's clients know. */
export type RegistrationProblems = Record<string, { error: string; description: string }[]>

export interface CreateOptions {
  /** Problems that the caller has found, to be told together with ours. */
  readonly problems?: RegistrationProblems
  /** Whether the account is hidden and shut out until the staff lets it in. */
  readonly waits?: boolean
  /** What else belongs into the transaction. */
  readonly alongside?: (db: Db, accountId: number) => Promise<void>
}

export type CreateAccount = (
  account: NewAccount,
  options?: CreateOptions,
) => Promise<{ id: number; username: string }>

export const MAX_USERNAME = 30
const USERNAME = /^[A-Za-z0-9_]{1,30}$/
/** What is taken for an e-mail address. */
export const EMAIL = /^[^\s@<>,;:"\\]{1,64}@[^\s@<>,;:"\\]{1,190}$/
const RESERVED = new Set([
  "about", "abuse", "account", "accounts", "admin", "administrator", "api", "aviary", "contact", "everyone", "help",
  "here", "home", "info", "instance", "mod", "moderator", "moderators", "me", "null", "oauth", "official", "owner",
  "privacy", "root", "security", "self", "settings", "staff", "status", "support", "system", "undefined", "webmaster",
]) // prettier-ignore

/**
 * Creates accounts. Fails with `account.registration_invalid` and details by field, `account.username_taken` when two
 * registrations race.
 */
export function createCreateAccount(
  deps: Pick<Core, "db" | "events" | "nextId" | "clock"> & { passwords: PasswordHasher },
): CreateAccount {
  const { db, events, nextId, clock, passwords } = deps
  return async function createAccount(account, options = {}) {
    const role = account.role ?? "member"
    const problems = { ...options.problems, ...checkShape(account, role), ...(await checkTaken(db, account)) }
    const verdict = await checkPassword(account.password, account)
    if (!verdict.ok) problems.password = [{ error: "ERR_INVALID", description: verdict.reason }]
    if (Object.keys(problems).length > 0) throw registrationInvalid(problems)

    const passwordHash = await passwords.hashPassword(account.password)
    const id = nextId()
    try {
      await events.transact([`username:${account.username.toLowerCase()}`], async (tx) => {
        await tx.append([
          {
            type: "account.created",
            stream: accountStream(id),
            actor: id,
            data: { id, username: account.username, display_name: "", role },
          },
          ...(options.waits
            ? [{ type: "account.suspended", stream: accountStream(id), actor: null, data: { id } } as const]
            : []),
        ])
        await tx.db
          .insertInto("credentials")
          .values({
            account_id: id,
            email: account.email,
            email_key: account.email.toLowerCase(),
            password_hash: passwordHash,
            updated_at: new Date(clock.now()),
          })
          .execute()
        await options.alongside?.(tx.db, id)
      })
    } catch (error) {
      if (isUniqueViolation(error, "credentials_email_key_key")) throw registrationInvalid({ email: [TAKEN] })
      if (isUniqueViolation(error)) throw registrationInvalid({ username: [TAKEN] })
      throw error
    }
    return { id, username: account.username }
  }
}

const TAKEN = { error: "ERR_TAKEN", description: "has already been taken" }

function checkShape(account: NewAccount, role: Role): RegistrationProblems {
  const problems: RegistrationProblems = {}
  if (account.username === "") problems.username = [{ error: "ERR_BLANK", description: "can't be blank" }]
  else if (!USERNAME.test(account.username)) {
    problems.username = [
      { error: "ERR_INVALID", description: "must contain only letters, numbers and underscores, at most 30" },
    ]
  } else if (role === "member" && RESERVED.has(account.username.toLowerCase())) {
    problems.username = [{ error: "ERR_RESERVED", description: "is reserved" }]
  }
  if (account.email === "") problems.email = [{ error: "ERR_BLANK", description: "can't be blank" }]
  else if (!EMAIL.test(account.email)) {
    problems.email = [{ error: "ERR_INVALID", description: "is not a valid e-mail address" }]
  }
  if (!account.agreement) problems.agreement = [{ error: "ERR_ACCEPTED", description: "must be accepted" }]
  return problems
}

async function checkTaken(db: Core["db"], account: NewAccount): Promise<RegistrationProblems> {
  const found = await sql<{ username: boolean; email: boolean }>`SELECT
    EXISTS (SELECT 1 FROM accounts WHERE username_key = ${account.username.toLowerCase()}) AS username,
    EXISTS (SELECT 1 FROM credentials WHERE email_key = ${account.email.toLowerCase()}) AS email`.execute(db)
  const row = found.rows[0]
  return { ...(row?.username ? { username: [TAKEN] } : {}), ...(row?.email ? { email: [TAKEN] } : {}) }
}

/** The error of a registration, with what is wrong by field. */
export function registrationInvalid(details: RegistrationProblems): AppError {
  const sentences = Object.entries(details).flatMap(([name, list]) =>
    list.map(({ description }) => `${wordsOf(name)} ${description}`),
  )
  return new AppError("account.registration_invalid", { problems: sentences.join(", "), details })
}

/** `invite_code` → `Invite code`. */
function wordsOf(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`.replaceAll("_", " ")
}
