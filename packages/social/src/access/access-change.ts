// What happened to who may do what: a token was revoked, an account's role or suspension changed, or something may have been
// missed. Values only.

export type AccessChange =
  | { readonly of: "token" | "account"; readonly id: number }
  /** Anything may have changed: believe nothing that was known before. */
  | { readonly of: "all" }

/** The payload of a notice as the tables write it, `token:1`; what cannot be read may mean anything. */
export function parseAccessNotice(payload: string): AccessChange {
  const [, of, id] = /^(token|account):(\d{1,16})$/.exec(payload) ?? []
  return of === "token" || of === "account" ? { of, id: Number(id) } : { of: "all" }
}
