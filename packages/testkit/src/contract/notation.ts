/**
 * The notation in which this folder states the client API: what a definition may say, and its parser.
 * It must never know any particular entity.
 *
 * An entity is a record of fields; `"field?"` may be missing; `"..."` names the entity whose fields it takes over.
 * A type is one of `string int number bool date datetime url any object empty text html stream null`, a literal
 * `'public'`, another definition's name, `T[]`, `map<T>`, `A | B`, or any of these in brackets.
 * - `datetime` is `YYYY-MM-DDTHH:mm:ss.sssZ`, `date` is `YYYY-MM-DD`, `url` is absolute.
 * - `object` is any record, `empty` the record `{}`.
 * - `text` and `html` are bodies that are strings; `stream` is a body that is not looked at.
 */

/** Fields of one entity: name, with `?` when it may be missing → type. */
export type Fields = Readonly<Record<string, string>>

/** Entities and named types. */
export type Definitions = Readonly<Record<string, string | Fields>>

/** `"METHOD /path/:param"` → type of the response with status 200, or of each successful status. */
export type Operations = Readonly<Record<string, string | Readonly<Record<number, string>>>>

const primitives = [
  "string",
  "int",
  "number",
  "bool",
  "date",
  "datetime",
  "url",
  "any",
  "object",
  "empty",
  "text",
  "html",
  "stream",
  "null",
] as const

export type Primitive = (typeof primitives)[number]

export type TypeNode =
  | { readonly kind: "primitive"; readonly name: Primitive }
  | { readonly kind: "literal"; readonly value: string }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "array"; readonly of: TypeNode }
  | { readonly kind: "map"; readonly of: TypeNode }
  | { readonly kind: "union"; readonly of: readonly TypeNode[] }

/** Parses one type. Throws where the text is not in the notation: definitions are code, so that is a bug. */
export function parseType(text: string): TypeNode {
  const tokens = text.match(/'[^']*'|\w+|\[\]|[<>()|]|\S/g) ?? []
  let next = 0

  function fail(): never {
    throw new Error(`not a type: ${text} (at ${tokens[next] ?? "the end"})`)
  }

  function expect(token: string): void {
    if (tokens[next] !== token) fail()
    next += 1
  }

  function union(): TypeNode {
    const of = [suffixed()]
    while (tokens[next] === "|") {
      next += 1
      of.push(suffixed())
    }
    const [only] = of
    return of.length === 1 && only !== undefined ? only : { kind: "union", of }
  }

  function suffixed(): TypeNode {
    let node = single()
    while (tokens[next] === "[]") {
      next += 1
      node = { kind: "array", of: node }
    }
    return node
  }

  function single(): TypeNode {
    const token = tokens[next] ?? fail()
    next += 1
    if (token === "(") {
      const node = union()
      expect(")")
      return node
    }
    if (token === "map") {
      expect("<")
      const node = union()
      expect(">")
      return { kind: "map", of: node }
    }
    if (token.startsWith("'")) return { kind: "literal", value: token.slice(1, -1) }
    const primitive = primitives.find((name) => name === token)
    if (primitive !== undefined) return { kind: "primitive", name: primitive }
    if (/^[A-Z]\w*$/.test(token)) return { kind: "name", name: token }
    next -= 1
    return fail()
  }

  const node = union()
  if (next < tokens.length) fail()
  return node
}

/** A type that is one of these strings: `literals("a", "b")` is `'a' | 'b'`. */
export function literals(...values: readonly string[]): string {
  return values.map((value) => `'${value}'`).join(" | ")
}
