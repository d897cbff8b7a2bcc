// Routes of setting a second factor up and turning it off. Aviary's own API. Factors of other kinds will stand beside `totp`.

import { z } from "zod"
import type { Core } from "../../core.ts"
import { field } from "../../http/input.ts"
import type { Route } from "../../http/route.ts"
import { route } from "../../http/route.ts"
import { passwordField } from "../account-settings/account-settings-routes.ts"
import type { Reauthenticate } from "../account-settings/reauthenticate.ts"
import type { SecondFactors } from "./second-factors.ts"

const SECOND_FACTOR = "/api/aviary/v1/account/second_factor"
const code = field.text(100)

export function createSecondFactorRoutes(
  deps: Pick<Core, "settings"> & { reauthenticate: Reauthenticate; secondFactors: SecondFactors },
): Route[] {
  const { reauthenticate, secondFactors } = deps
  const common = {
    access: "member",
    scope: "write:accounts",
    perMinute: deps.settings.http.signInsPerMinute,
  } as const

  async function state(accountId: number): Promise<object> {
    const { totp, recoveryCodesLeft } = await secondFactors.state(accountId)
    return { totp, recovery_codes_left: recoveryCodesLeft }
  }

  return [
    route({
      method: "GET",
      path: SECOND_FACTOR,
      summary: "Which second factors the member has",
      access: "member",
      scope: "read:accounts",
      handle: ({ viewer }) => state(viewer.accountId),
    }),
    route({
      ...common,
      method: "POST",
      path: `${SECOND_FACTOR}/totp`,
      summary: "A new secret for an authenticator app; it is asked for once a code has confirmed it",
      input: z.object({ current_password: passwordField }),
      async handle({ input, viewer }) {
        await reauthenticate(viewer.accountId, input.current_password)
        return secondFactors.enrol(viewer.accountId)
      },
    }),
    route({
      ...common,
      method: "POST",
      path: `${SECOND_FACTOR}/totp/confirm`,
      summary: "Turn it on with a first code; gives the recovery codes, this once",
      input: z.object({ code }),
      handle: async ({ input, viewer }) => ({
        recovery_codes: await secondFactors.confirm(viewer.accountId, input.code),
      }),
    }),
    route({
      ...common,
      method: "DELETE",
      path: `${SECOND_FACTOR}/totp`,
      summary: "Turn it off; asks for the password and a code",
      input: z.object({ current_password: passwordField, code }),
      async handle({ input, viewer }) {
        await reauthenticate(viewer.accountId, input.current_password)
        await secondFactors.check(viewer.accountId, input.code)
        await secondFactors.turnOff(viewer.accountId)
        return state(viewer.accountId)
      },
    }),
    route({
      ...common,
      method: "POST",
      path: `${SECOND_FACTOR}/recovery_codes`,
      summary: "New recovery codes instead of the old ones",
      input: z.object({ current_password: passwordField, code }),
      async handle({ input, viewer }) {
        await reauthenticate(viewer.accountId, input.current_password)
        await secondFactors.check(viewer.accountId, input.code)
        return { recovery_codes: await secondFactors.renewRecoveryCodes(viewer.accountId) }
      },
    }),
  ]
}
