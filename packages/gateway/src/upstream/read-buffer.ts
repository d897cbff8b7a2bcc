// One buffer that all plain connections to instances are read into, one after the other: a buffer for each read would be most
// of what the garbage collector has to do. What was read is good until `onBytes` returns; whoever wants it longer copies it.

const READ_BYTES = 65_536
const buffer = Buffer.allocUnsafeSlow(READ_BYTES)

/** For `net.connect`; `onBytes` answers whether to go on reading. */
export function readingShared(onBytes: (bytes: Buffer) => boolean): {
  buffer: Uint8Array
  callback(size: number, buffer: Uint8Array): boolean
} {
  return { buffer, callback: (size) => onBytes(buffer.subarray(0, size)) }
}
