// The one command by which a person has their system believe the internal authority. Told, never run: it changes what the whole
// machine trusts.

import { existsSync } from "node:fs"
import { join } from "node:path"

/** `has`: whether a program is there, for the systems that differ. */
export function trustCommand(
  file: string,
  system: { platform: NodeJS.Platform; has: (program: string) => boolean },
): string {
  const path = quote(file, system.platform)
  switch (system.platform) {
    case "darwin":
      return `sudo security add-trusted-cert -d -r trustRoot -k /Library/Keychains/System.keychain ${path}`
    case "win32":
      return `certutil -addstore -user Root ${path}`
    default:
      if (system.has("update-ca-certificates"))
        return `sudo install -m 644 ${path} /usr/local/share/ca-certificates/aviary.crt && sudo update-ca-certificates`
      return `sudo trust anchor --store ${path}`
  }
}

const PROGRAMS = ["/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/sbin", "/usr/local/bin"]

/** Whether a program is on this machine, for people or for the administrator. */
export function isProgramThere(program: string): boolean {
  return PROGRAMS.some((directory) => existsSync(join(directory, program)))
}

function quote(path: string, platform: NodeJS.Platform): string {
  if (/^[\w@%+=:,./-]+$/.test(path)) return path
  return platform === "win32" ? `"${path}"` : `'${path.replaceAll("'", `'\\''`)}'`
}
