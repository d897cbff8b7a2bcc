// What processes of services see of the environment: what any program needs, and of the installation's settings only what is theirs.

import { homedir } from "node:os"

const COMMON = [
  "PATH",
  "HOME",
  "USER",
  "LANG",
  "LC_ALL",
  "TZ",
  "TMPDIR",
  "NODE_ENV",
  "NODE_EXTRA_CA_CERTS",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
]

/** For services that are not Aviary's own: none of its settings, and no secret. */
export function foreignEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  const kept = COMMON.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]]))
  return { HOME: homedir(), ...(Object.fromEntries(kept) as Record<string, string>) }
}

/** For Aviary's own programs: where compiled code is kept, which nobody else may write to. */
export function ownEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  const { NODE_COMPILE_CACHE: cache } = env
  return { ...foreignEnvironment(env), ...(cache !== undefined && { NODE_COMPILE_CACHE: cache }) }
}

/** For the network's own: the settings that this process was given, wherever the instance runs. */
export function networkEnvironment(
  env: NodeJS.ProcessEnv,
  given: { readonly dataDir: string; readonly databaseUrl: string; readonly configFile: string },
): Record<string, string> {
  const settings = Object.entries(env).filter(
    ([name, value]) => name.startsWith("AVIARY_") && value !== undefined,
  )
  return {
    ...ownEnvironment(env),
    ...(Object.fromEntries(settings) as Record<string, string>),
    AVIARY_DATA_DIR: given.dataDir,
    AVIARY_DATABASE_URL: given.databaseUrl,
    AVIARY_CONFIG_FILE: given.configFile,
  }
}
