// A registered app as Mastodon's Application and CredentialApplication. Pure.

import type { App } from "./app-store.ts"

/** `pushKey`: what the app gives to a push service, as it subscribes. */
export function appJson(app: App, pushKey: string): object {
  return {
    id: String(app.id),
    name: app.name,
    website: app.website,
    scopes: app.scopes,
    redirect_uris: app.redirect_uris,
    redirect_uri: app.redirect_uris.join("\n"),
    vapid_key: pushKey,
  }
}

/** With the secret, which is told only to who registers the app. It never ends: 0. */
export function credentialAppJson(
  app: App,
  { secret, pushKey }: { secret: string; pushKey: string },
): object {
  return {
    ...appJson(app, pushKey),
    client_id: app.client_id,
    client_secret: secret,
    client_secret_expires_at: 0,
  }
}
