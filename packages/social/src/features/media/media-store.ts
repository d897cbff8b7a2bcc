// Where the bytes of media live: a store of immutable files under keys that nobody can guess. The disk is behind it here;
// object storage fits the same interface. It knows nothing of accounts, posts or images.

import type { Readable } from "node:stream"

/** `public` files are served to whoever has the key, `incoming` ones never: uploads as they came, with their metadata. */
export type MediaArea = "public" | "incoming"

export interface NewFile {
  readonly bytes: Buffer
  /** Without a dot: `jpg`. */
  readonly extension: string
  /** Default `public`. */
  readonly area?: MediaArea
}

/** A part of a file, in bytes; both ends are included. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

export interface MediaStore {
  /** Keeps bytes and gives their key. Once it resolves they survive a crash. Fails with `storage.full`. */
  put(file: NewFile): Promise<string>
  /** Bytes of a file; undefined where there is none under the key. */
  size(key: string): Promise<number | undefined>
  /** A file, or a range of it, as a stream that the caller reads or destroys. Fails with `record.not_found`. */
  open(key: string, range?: ByteRange): Promise<Readable>
  /** A whole file. Fails with `record.not_found`. */
  read(key: string): Promise<Buffer>
  /** Removes a file; one that is not there is no error. */
  delete(key: string): Promise<void>
  /** Removes what writes that never finished left before `before` (milliseconds since 1970). */
  cleanUp(before: number): Promise<void>
}

const KEY = /^(?:incoming\/)?[0-9a-f]{2}\/[0-9a-f]{2}\/[0-9a-f]{32}(?:-static)?\.[a-z0-9]{1,8}$/

/** Whether a text has the shape of a key; nothing else may ever become part of a path. */
export function isMediaKey(text: string): boolean {
  return KEY.test(text)
}

/** Whether a file may be served to anybody who has its key. */
export function isPublicKey(key: string): boolean {
  return isMediaKey(key) && !key.startsWith("incoming/")
}

/** The key of a new file, from 16 random bytes: sharded, so that no folder grows large. */
export function mediaKey(random: Buffer, file: Pick<NewFile, "extension" | "area">): string {
  const name = random.toString("hex")
  const folder = file.area === "incoming" ? "incoming/" : ""
  const key = `${folder}${name.slice(0, 2)}/${name.slice(2, 4)}/${name}.${file.extension}`
  if (!isMediaKey(key)) throw new Error(`No file can be called ${key}`)
  return key
}
