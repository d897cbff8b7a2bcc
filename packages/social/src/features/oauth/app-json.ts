// A registered app as Mastodon's Application and CredentialApplication. Pure.

import type { App } from "./app-store.ts"

export function appJson(app: App): object {
  return {
    id: String(app.id),
    name: app.name,
    website: app.website,
    scopes: app.scopes,
    redirect_uris: app.redirect_uris,
    redirect_uri: app.redirect_uris.join("\n"),
    // There is no Web Push here, and so no key for it. Apps need the field to be a text.
    vapid_key: "",
  }
}

/** With the secret, which is told only to who registers the app. It never ends: 0. */
export function credentialAppJson(app: App, secret: string): object {
  return { ...appJson(app), client_id: app.client_id, client_secret: secret, client_secret_expires_at: 0 }
}
