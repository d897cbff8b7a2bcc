// The language of successCondition and failureCondition: `result >= 0.95`, `result.errors < 5 && !isNaN(result.p95)`. A parser of
// its own over numbers, texts and `result`; it can look at nothing else, call nothing but what is listed, and always ends.
//
//   or      = and { "||" and }
//   and     = not { "&&" not }
//   not     = "!" not | compare
//   compare = sum [ ("==" | "!=" | "<=" | ">=" | "<" | ">") sum ]
//   sum     = product { ("+" | "-") product }
//   product = sign { ("*" | "/" | "%") sign }
//   sign    = "-" sign | value
//   value   = number | "text" | true | false | null | call | result { ".name" | "[" number "]" | '["text"]' } | "(" or ")"
//   call    = (isNaN | abs | len | min | max) "(" or { "," or } ")"

type Evaluate = (result: unknown) => unknown

/** True or false for a measurement; undefined where the condition cannot be answered for it: a field is missing, a text is compared. */
export type Condition = (result: unknown) => boolean | undefined

/** Nested deeper than this is refused. */
const MAX_DEPTH = 30

const TOKEN =
  /\s*(?:(?<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?<name>[A-Za-z_][A-Za-z0-9_]*)|(?<text>"[^"\\]*"|'[^'\\]*')|(?<sign>&&|\|\||[=!<>]=|[-+*/%<>!().,[\]]))/y

class ConditionError extends Error {}

/** What is wrong with a condition's text, or undefined. */
export function conditionProblem(text: string): string | undefined {
  try {
    parse(text)
    return undefined
  } catch (error) {
    if (error instanceof ConditionError) return error.message
    throw error
  }
}

/** Reads a condition that `conditionProblem` had nothing against; throws where it has. */
export function compileCondition(text: string): Condition {
  const evaluate = parse(text)
  return (result) => {
    try {
      const value = evaluate(result)
      return typeof value === "boolean" ? value : undefined
    } catch (error) {
      if (error instanceof ConditionError) return undefined
      throw error
    }
  }
}

interface Token {
  readonly kind: "number" | "name" | "text" | "sign"
  readonly text: string
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  const pattern = new RegExp(TOKEN)
  const end = text.trimEnd().length
  while (pattern.lastIndex < end) {
    const at = pattern.lastIndex
    const groups = pattern.exec(text)?.groups
    const found = Object.entries(groups ?? {}).find(([, value]) => value !== undefined)
    if (!found) throw new ConditionError(`cannot be read at "${text.slice(at, at + 20).trim()}"`)
    tokens.push({ kind: found[0] as Token["kind"], text: found[1] })
  }
  return tokens
}

function parse(text: string): Evaluate {
  const reader = createReader(tokensOf(text))
  const evaluate = or(reader, 0)
  const rest = reader.peek()
  if (rest) throw new ConditionError(`has "${rest.text}" where it should end`)
  return evaluate
}

type Reader = ReturnType<typeof createReader>

function createReader(tokens: readonly Token[]) {
  let at = 0
  return {
    peek: () => tokens[at],
    next(): Token {
      const token = tokens[at]
      if (!token) throw new ConditionError("ends too early")
      at += 1
      return token
    },
    /** Takes the next token where it is one of these signs. */
    sign(...signs: readonly string[]): string | undefined {
      const token = tokens[at]
      if (token?.kind !== "sign" || !signs.includes(token.text)) return undefined
      at += 1
      return token.text
    },
    require(sign: string): void {
      if (this.sign(sign) === undefined)
        throw new ConditionError(
          `needs "${sign}" ${tokens[at] ? `before "${tokens[at]?.text}"` : "at its end"}`,
        )
    },
  }
}

function or(reader: Reader, depth: number): Evaluate {
  if (depth > MAX_DEPTH) throw new ConditionError(`is nested deeper than ${MAX_DEPTH}`)
  let left = and(reader, depth)
  while (reader.sign("||")) {
    const [first, second] = [left, and(reader, depth)]
    left = (result) => truth(first(result)) || truth(second(result))
  }
  return left
}

function and(reader: Reader, depth: number): Evaluate {
  let left = not(reader, depth)
  while (reader.sign("&&")) {
    const [first, second] = [left, not(reader, depth)]
    left = (result) => truth(first(result)) && truth(second(result))
  }
  return left
}

function not(reader: Reader, depth: number): Evaluate {
  if (depth > MAX_DEPTH) throw new ConditionError(`is nested deeper than ${MAX_DEPTH}`)
  if (!reader.sign("!")) return compare(reader, depth)
  const operand = not(reader, depth + 1)
  return (result) => !truth(operand(result))
}

function compare(reader: Reader, depth: number): Evaluate {
  const left = sum(reader, depth)
  const sign = reader.sign("==", "!=", "<=", ">=", "<", ">")
  if (sign === undefined) return left
  const right = sum(reader, depth)
  switch (sign) {
    case "==":
      return (result) => left(result) === right(result)
    case "!=":
      return (result) => left(result) !== right(result)
    case "<=":
      return (result) => number(left(result)) <= number(right(result))
    case ">=":
      return (result) => number(left(result)) >= number(right(result))
    case "<":
      return (result) => number(left(result)) < number(right(result))
    default:
      return (result) => number(left(result)) > number(right(result))
  }
}

function sum(reader: Reader, depth: number): Evaluate {
  let left = product(reader, depth)
  for (let sign = reader.sign("+", "-"); sign !== undefined; sign = reader.sign("+", "-")) {
    const [first, second, factor] = [left, product(reader, depth), sign === "+" ? 1 : -1]
    left = (result) => number(first(result)) + factor * number(second(result))
  }
  return left
}

function product(reader: Reader, depth: number): Evaluate {
  let left = negation(reader, depth)
  for (let sign = reader.sign("*", "/", "%"); sign !== undefined; sign = reader.sign("*", "/", "%")) {
    const [first, second] = [left, negation(reader, depth)]
    if (sign === "*") left = (result) => number(first(result)) * number(second(result))
    else if (sign === "/") left = (result) => number(first(result)) / number(second(result))
    else left = (result) => number(first(result)) % number(second(result))
  }
  return left
}

function negation(reader: Reader, depth: number): Evaluate {
  if (depth > MAX_DEPTH) throw new ConditionError(`is nested deeper than ${MAX_DEPTH}`)
  if (!reader.sign("-")) return value(reader, depth)
  const operand = negation(reader, depth + 1)
  return (result) => -number(operand(result))
}

function value(reader: Reader, depth: number): Evaluate {
  if (reader.sign("(")) {
    const inner = or(reader, depth + 1)
    reader.require(")")
    return inner
  }
  const token = reader.next()
  if (token.kind === "number") return constant(Number(token.text))
  if (token.kind === "text") return constant(token.text.slice(1, -1))
  if (token.kind === "name") return named(reader, token.text, depth)
  throw new ConditionError(`has "${token.text}" where a value should be`)
}

const CONSTANTS = new Map<string, unknown>([
  ["true", true],
  ["false", false],
  ["null", null],
])

const FUNCTIONS = new Map<string, (values: readonly unknown[]) => unknown>([
  ["isNaN", ([first]) => Number.isNaN(number(first))],
  ["abs", ([first]) => Math.abs(number(first))],
  ["len", ([first]) => lengthOf(first)],
  ["min", (values) => Math.min(...values.map(number))],
  ["max", (values) => Math.max(...values.map(number))],
])

function named(reader: Reader, name: string, depth: number): Evaluate {
  if (name === "result") return path(reader)
  if (CONSTANTS.has(name)) return constant(CONSTANTS.get(name))
  const call = FUNCTIONS.get(name)
  if (!call)
    throw new ConditionError(`knows no "${name}"; there are result, ${[...FUNCTIONS.keys()].join(", ")}`)
  reader.require("(")
  const operands = [or(reader, depth + 1)]
  while (reader.sign(",")) operands.push(or(reader, depth + 1))
  reader.require(")")
  return (result) => call(operands.map((operand) => operand(result)))
}

function path(reader: Reader): Evaluate {
  const keys: (string | number)[] = []
  for (;;) {
    if (reader.sign(".")) {
      const token = reader.next()
      if (token.kind !== "name")
        throw new ConditionError(`has "${token.text}" where a field's name should be`)
      keys.push(token.text)
    } else if (reader.sign("[")) {
      const token = reader.next()
      if (token.kind === "number") keys.push(Number(token.text))
      else if (token.kind === "text") keys.push(token.text.slice(1, -1))
      else throw new ConditionError(`has "${token.text}" where an index should be`)
      reader.require("]")
    } else return (result) => keys.reduce(fieldOf, result)
  }
}

/** The field of a JSON value. Only its own: `constructor` and the like are missing. */
function fieldOf(value: unknown, key: string | number): unknown {
  if (value === null || typeof value !== "object" || !Object.hasOwn(value, key))
    throw new ConditionError(`result has no field ${key}`)
  return (value as Record<string | number, unknown>)[key]
}

const constant =
  (fixed: unknown): Evaluate =>
  () =>
    fixed

function truth(value: unknown): boolean {
  if (typeof value !== "boolean") throw new ConditionError("is neither true nor false")
  return value
}

/** JSON has no NaN: a source that says `null` or "NaN" means it. */
function number(value: unknown): number {
  if (typeof value === "number") return value
  if (value === null || value === "NaN") return Number.NaN
  throw new ConditionError("is no number")
}

function lengthOf(value: unknown): number {
  if (Array.isArray(value) || typeof value === "string") return value.length
  throw new ConditionError("has no length")
}
