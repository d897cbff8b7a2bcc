// A body that is JSON already: made of bytes that were serialised before, and sent without being read or written again.

/**
 * JSON as UTF-8 bytes, held as a string of one character a byte ("latin1"), since that is the form in which Node sends head and
 * body in one write without a copy: `response.end(bytes.text, "latin1")`. Never to be encoded as UTF-8 once more.
 */
export class JsonBytes {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }

  toBuffer(): Buffer {
    return Buffer.from(this.text, "latin1")
  }

  /** A value that is not JSON yet. */
  static of(value: object | number): JsonBytes {
    return new JsonBytes(Buffer.from(JSON.stringify(value)).toString("latin1"))
  }

  /** An object whose values are JSON already; the names are ASCII. */
  static object(members: Readonly<Record<string, JsonBytes>>): JsonBytes {
    const parts = Object.entries(members).map(([name, value]) => `${JSON.stringify(name)}:${value.text}`)
    return new JsonBytes(`{${parts.join()}}`)
  }

  /** An array of values that are JSON already. */
  static array(values: readonly JsonBytes[]): JsonBytes {
    return new JsonBytes(`[${values.map((value) => value.text).join()}]`)
  }
}
