// Switches that are the same for everybody, read so often that nobody may wait for them: each is a boolean flag whose last known
// value is at hand. Off by an operator means off within a second.

import { ServerProviderEvents } from "@openfeature/server-sdk"
import type { Client } from "@openfeature/server-sdk"
import type { Part } from "../lifecycle.ts"

export interface Switches<Name extends string> {
  isOn(name: Name): boolean
}

export interface SwitchesPart<Name extends string> extends Part, Switches<Name> {}

/** `defaults` are what holds where no flags file says otherwise. */
export function createSwitches<Name extends string>(
  client: Client,
  defaults: Readonly<Record<Name, boolean>>,
): SwitchesPart<Name> {
  const names = Object.keys(defaults) as Name[]
  let current: Readonly<Record<Name, boolean>> = defaults

  async function read(): Promise<void> {
    const entries = names.map(
      async (name) => [name, await client.getBooleanValue(name, defaults[name])] as const,
    )
    current = Object.fromEntries(await Promise.all(entries)) as Record<Name, boolean>
  }
  const onChange = (): void => void read()

  return {
    name: "switches",
    isOn: (name) => current[name],
    async start() {
      client.addHandler(ServerProviderEvents.ConfigurationChanged, onChange)
      await read()
    },
    async stop() {
      client.removeHandler(ServerProviderEvents.ConfigurationChanged, onChange)
    },
  }
}
