// Routes of a member's own account: password, address, sessions, apps, the end of it. Aviary's own API. What a stolen token must
// not do asks for the password, and where there is one for the second factor.

import { AppError } from "@aviary/kit"
import { z } from "zod"
import type { Core } from "../../core.ts"
import { field } from "../../http/input.ts"
import type { Route } from "../../http/route.ts"
import { route } from "../../http/route.ts"
import type { SecondFactors } from "../second-factor/second-factors.ts"
import type { AccessStore, AuthorizedApp, SessionRow } from "./access-store.ts"
import type { ChangeCredentials } from "./change-credentials.ts"
import type { CloseAccount } from "./close-account.ts"
import type { Reauthenticate } from "./reauthenticate.ts"

export interface AccountSettingsRoutesDeps extends Pick<Core, "db" | "settings"> {
  readonly reauthenticate: Reauthenticate
  readonly changeCredentials: ChangeCredentials
  readonly access: AccessStore
  readonly secondFactors: SecondFactors
  readonly closeAccount: CloseAccount
}

const ACCOUNT = "/api/aviary/v1/account"
const MAX_PASSWORD = 1_000

export const passwordField = field.text(MAX_PASSWORD)
const codeField = field.optionalText(100).transform((code) => code ?? "")

export function createAccountSettingsRoutes(deps: AccountSettingsRoutesDeps): Route[] {
  return [...credentialRoutes(deps), ...sessionRoutes(deps), ...appRoutes(deps)]
}

function credentialRoutes(deps: AccountSettingsRoutesDeps): Route[] {
  const { reauthenticate, changeCredentials, closeAccount, secondFactors } = deps
  const common = { access: "member", perMinute: deps.settings.http.signInsPerMinute } as const

  async function show(accountId: number): Promise<object> {
    const [row, state] = await Promise.all([
      deps.db
        .selectFrom("accounts as a")
        .leftJoin("credentials as c", "c.account_id", "a.id")
        .select(["a.username", "a.role", "a.created_at", "c.email"])
        .where("a.id", "=", accountId)
        .executeTakeFirstOrThrow(),
      secondFactors.state(accountId),
    ])
    return {
      username: row.username,
      email: row.email ?? "",
      role: row.role,
      created_at: row.created_at.toISOString(),
      second_factor: { totp: state.totp, recovery_codes_left: state.recoveryCodesLeft },
    }
  }

  return [
    route({
      method: "GET",
      path: ACCOUNT,
      summary: "The member's own account: address, role, second factor",
      access: "member",
      scope: "read:accounts",
      handle: ({ viewer }) => show(viewer.accountId),
    }),
    route({
      ...common,
      method: "POST",
      path: `${ACCOUNT}/password`,
      summary: "Change the password, and sign everything else out",
      scope: "write:accounts",
      input: z.object({ current_password: passwordField, new_password: passwordField }),
      async handle({ input, viewer }) {
        await reauthenticate(viewer.accountId, input.current_password)
        await changeCredentials.password(viewer.accountId, input.new_password, viewer.tokenId)
        return {}
      },
    }),
    route({
      ...common,
      method: "POST",
      path: `${ACCOUNT}/email`,
      summary: "Change the e-mail address",
      scope: "write:accounts",
      input: z.object({ current_password: passwordField, email: field.text(300) }),
      async handle({ input, viewer }) {
        await reauthenticate(viewer.accountId, input.current_password)
        await changeCredentials.email(viewer.accountId, input.email.trim())
        return show(viewer.accountId)
      },
    }),
    route({
      ...common,
      method: "POST",
      path: `${ACCOUNT}/delete`,
      summary: "Delete the account, for good",
      scope: "write:accounts",
      input: z.object({ current_password: passwordField, code: codeField }),
      async handle({ input, viewer }) {
        await reauthenticate(viewer.accountId, input.current_password)
        await secondFactors.checkIfOn(viewer.accountId, input.code)
        await closeAccount(viewer.accountId, viewer.accountId)
        return {}
      },
    }),
  ]
}

function sessionRoutes({ access }: AccountSettingsRoutesDeps): Route[] {
  return [
    route({
      method: "GET",
      path: `${ACCOUNT}/sessions`,
      summary: "Browsers that are signed in on the server's own pages, last used first",
      access: "member",
      scope: "read:accounts",
      handle: async ({ viewer }) => (await access.sessions(viewer.accountId)).map(sessionJson),
    }),
    route({
      method: "DELETE",
      path: `${ACCOUNT}/sessions`,
      summary: "Sign all of them out",
      access: "member",
      scope: "write:accounts",
      async handle({ viewer }) {
        await access.endSessions(viewer.accountId)
        return {}
      },
    }),
    route({
      method: "DELETE",
      path: `${ACCOUNT}/sessions/:id`,
      summary: "Sign one of them out",
      access: "member",
      scope: "write:accounts",
      input: z.object({ id: z.string().regex(/^[0-9a-f]{18}$/) }),
      async handle({ input, viewer }) {
        if (!(await access.endSession(viewer.accountId, input.id))) throw new AppError("record.not_found")
        return {}
      },
    }),
  ]
}

function appRoutes({ access }: AccountSettingsRoutesDeps): Route[] {
  return [
    route({
      method: "GET",
      path: `${ACCOUNT}/apps`,
      summary: "Apps that have access to the account, last used first",
      access: "member",
      scope: "read:accounts",
      handle: async ({ viewer }) => (await access.apps(viewer.accountId, viewer.tokenId)).map(appJson),
    }),
    route({
      method: "DELETE",
      path: `${ACCOUNT}/apps/:id`,
      summary: "Take an app's access back",
      access: "member",
      scope: "write:accounts",
      input: z.object({ id: field.id }),
      async handle({ input, viewer }) {
        if (!(await access.revokeApp(viewer.accountId, input.id))) throw new AppError("record.not_found")
        return {}
      },
    }),
  ]
}

function sessionJson(row: SessionRow): object {
  return {
    id: row.id,
    user_agent: row.user_agent,
    created_at: row.created_at.toISOString(),
    last_used_at: row.last_used_at?.toISOString() ?? null,
    expires_at: row.expires_at.toISOString(),
  }
}

function appJson(row: AuthorizedApp): object {
  return {
    id: String(row.id),
    name: row.name,
    website: row.website,
    scopes: row.scopes,
    created_at: row.created_at.toISOString(),
    last_used_at: row.last_used_at?.toISOString() ?? null,
    current: row.current,
  }
}
