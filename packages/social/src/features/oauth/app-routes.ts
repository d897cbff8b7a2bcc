// Routes of apps: register one, and check a token's.

import { AppError } from "@aviary/kit"
import { z } from "zod"
import type { Core } from "../../core.ts"
import { field } from "../../http/input.ts"
import type { Route } from "../../http/route.ts"
import { route } from "../../http/route.ts"
import { parseScopes } from "../../http/scopes.ts"
import { appJson, credentialAppJson } from "./app-json.ts"
import type { AppStore } from "./app-store.ts"
import { redirectUriProblem } from "./redirect-uri.ts"

const MAX_NAME = 100
const MAX_WEBSITE = 2_000
const MAX_REDIRECT_URIS = 20

const registration = z.object({
  client_name: field.text(MAX_NAME).transform((name) => name.trim()),
  redirect_uris: z
    .unknown()
    .optional()
    .transform((value, context) => {
      const uris = [...new Set(splitUris(value))]
      const problem = redirectUrisProblem(uris)
      if (problem !== undefined) context.addIssue(problem)
      return uris
    }),
  scopes: field.optionalText(2_000).transform((text, context) => {
    const scopes = parseScopes(text ?? "")
    if (scopes !== undefined) return scopes
    context.addIssue("names a scope that does not exist")
    return z.NEVER
  }),
  website: field.optionalText(MAX_WEBSITE).transform((text, context) => {
    const website = text?.trim() ?? ""
    if (website === "" || website === "None") return null
    if (/^https?:$/.test(URL.parse(website)?.protocol ?? "")) return website
    context.addIssue("is not an http or https address")
    return z.NEVER
  }),
})

/** One address, several on lines of their own, or a list. */
function splitUris(value: unknown): string[] {
  const items: unknown[] = Array.isArray(value) ? value : [value]
  const texts = items.flatMap((item) => (typeof item === "string" ? item.split(/\s+/) : []))
  return texts.filter((text) => text !== "")
}

function redirectUrisProblem(uris: readonly string[]): string | undefined {
  if (uris.length === 0) return "can't be blank"
  if (uris.length > MAX_REDIRECT_URIS) return `at most ${MAX_REDIRECT_URIS}`
  for (const uri of uris) {
    const problem = redirectUriProblem(uri)
    if (problem !== undefined) return `${uri.slice(0, 100)} ${problem}`
  }
  return undefined
}

export function createAppRoutes(
  deps: Pick<Core, "settings"> & { apps: AppStore; pushKey: () => Promise<string> },
): Route[] {
  const { apps, settings } = deps
  return [
    route({
      method: "POST",
      path: "/api/v1/apps",
      summary: "Register an app",
      access: "public",
      input: registration,
      perMinute: settings.http.signInsPerMinute,
      async handle({ input }) {
        if (input.client_name === "") {
          throw new AppError("input.invalid", { problems: "client_name: can't be blank" })
        }
        const { app, secret } = await apps.create({
          name: input.client_name,
          website: input.website,
          redirectUris: input.redirect_uris,
          scopes: input.scopes,
        })
        return credentialAppJson(app, { secret, pushKey: await deps.pushKey() })
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/apps/verify_credentials",
      summary: "Show the app of the token",
      access: "app",
      async handle({ viewer }) {
        const app = await apps.find(viewer.appId)
        if (!app) throw new AppError("auth.token_required")
        return appJson(app, await deps.pushKey())
      },
    }),
  ]
}
