// A release: an immutable bundle of what runs, its configuration, its flags and its routes, installed under the data
// directory. Types only; how one is installed and kept is in releases.ts.

import type { ReleaseManifest } from "./manifest.ts"

export interface Release {
  /** Service and the first eight hexadecimal digits of the digest: `social@3f2a91c0`. */
  readonly id: string
  readonly service: string
  /** ISO 8601. */
  readonly createdAt: string
  /** What it was installed from, as the operator named it. */
  readonly source: string
  /** SHA-256 of its content in hexadecimal. */
  readonly digest: string
  /** Where it is; an absolute path. */
  readonly dir: string
  readonly manifest: ReleaseManifest
}

export interface InstallOptions {
  readonly service: string
  readonly onProgress: (text: string) => void
  readonly signal?: AbortSignal
  /** Fields that count before those of the source's manifest: a rollout's `revision`, `health` and `drain`. */
  readonly overrides?: Readonly<Record<string, unknown>>
}

export interface Releases {
  /** The same source gives the same release. Fails with `release.invalid` or `release.install_failed`; nothing is left then. */
  install(source: string, options: InstallOptions): Promise<Release>
  get(id: string): Release | undefined
  /** Newest first. */
  list(service?: string): readonly Release[]
  /** Fails with `release.in_use`. What is not there is not an error. */
  remove(id: string): Promise<void>
  /** Fails with `release.altered` where its content is not what was installed. */
  verify(id: string): Promise<void>
}
