// What was searched for on this device, the last first.

const KEY = "aviary:searches"
const MOST = 8

export function recentSearches(storage: Pick<Storage, "getItem">): string[] {
  try {
    const kept: unknown = JSON.parse(storage.getItem(KEY) ?? "[]")
    return Array.isArray(kept) ? kept.filter((one) => typeof one === "string").slice(0, MOST) : []
  } catch {
    return []
  }
}

export function keepSearch(storage: Pick<Storage, "getItem" | "setItem">, text: string): void {
  const others = recentSearches(storage).filter((one) => one.toLowerCase() !== text.toLowerCase())
  storage.setItem(KEY, JSON.stringify([text, ...others].slice(0, MOST)))
}

export function forgetSearches(storage: Pick<Storage, "removeItem">): void {
  storage.removeItem(KEY)
}
