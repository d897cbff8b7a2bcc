// Where something listens or is found, as a setting says it: the path of a Unix socket, or host and port. Pure.

export type ListenAddress =
  | { readonly path: string; readonly host?: undefined; readonly port?: undefined }
  | { readonly path?: undefined; readonly host: string; readonly port: number }

/** `/run/aviary/social.sock`, `unix:relative.sock`, `127.0.0.1:3100`, `[::1]:3100`; undefined for what is none of these. */
export function parseListenAddress(text: string): ListenAddress | undefined {
  if (text.startsWith("/")) return { path: text }
  if (text.startsWith("unix:") && text.length > 5) return { path: text.slice(5) }
  const [, bracketed, plain, digits] = /^(?:\[([0-9A-Fa-f:.]+)\]|([^:\s/]+)):(\d{1,5})$/.exec(text) ?? []
  const host = bracketed ?? plain
  const port = Number(digits)
  return host !== undefined && port <= 65_535 ? { host, port } : undefined
}
