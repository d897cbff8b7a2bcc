// QR codes (ISO/IEC 18004:2015): text as UTF-8 bytes, with error correction of level M, in the smallest version that holds it. Pure.

/** Rows of modules; true is dark. No quiet zone around it. */
export type QrCode = readonly (readonly boolean[])[]

// Table 9 of the standard, level M, by version from 1.
const CHECK_BYTES = [
  10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26, 28, 28, 28, 28, 28, 28,
  28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28,
]
const BLOCKS = [
  1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21, 23, 25, 26, 28, 29,
  31, 33, 35, 37, 38, 40, 43, 45, 47, 49,
]
const LAST_VERSION = 40
/** Of the format information: level M. */
const LEVEL_BITS = 0

/** Undefined for text beyond 2,331 bytes, which no version holds. */
export function qrCode(text: string): QrCode | undefined {
  const bytes = [...new TextEncoder().encode(text)]
  const version = smallestVersion(bytes.length)
  if (version === undefined) return undefined
  const grid = emptyGrid(version)
  placeData(grid, withCheckBytes(dataBytes(bytes, version), version))
  const masks = Array.from({ length: 8 }, (_, mask) => masked(grid, mask))
  const best = masks.reduce((one, other) => (penalty(other) < penalty(one) ? other : one))
  return best
}

/** A grid under construction. `fixed` modules are patterns and information, which no mask touches. */
interface Grid {
  readonly size: number
  readonly version: number
  readonly dark: boolean[][]
  readonly fixed: boolean[][]
}

function sizeOf(version: number): number {
  return version * 4 + 17
}

/** Modules for data and check bits. */
function dataModules(version: number): number {
  const alignments = version === 1 ? 0 : Math.floor(version / 7) + 2
  const all = (16 * version + 128) * version + 64
  if (alignments === 0) return all
  return all - ((25 * alignments - 10) * alignments - 55) - (version >= 7 ? 36 : 0)
}

function at<T>(values: readonly T[], index: number): T {
  const value = values[index]
  if (value === undefined) throw new RangeError(`Nothing at ${index} of ${values.length}`)
  return value
}

function capacity(version: number): number {
  const all = Math.floor(dataModules(version) / 8)
  return all - at(CHECK_BYTES, version - 1) * at(BLOCKS, version - 1)
}

const lengthBits = (version: number) => (version < 10 ? 8 : 16)

function smallestVersion(bytes: number): number | undefined {
  for (let version = 1; version <= LAST_VERSION; version += 1)
    if (4 + lengthBits(version) + bytes * 8 <= capacity(version) * 8) return version
  return undefined
}

/** Mode, length, bytes, end, and filling up to the capacity. */
function dataBytes(bytes: readonly number[], version: number): number[] {
  const bits: number[] = []
  const push = (value: number, length: number) => {
    for (let bit = length - 1; bit >= 0; bit -= 1) bits.push((value >>> bit) & 1)
  }
  push(4, 4)
  push(bytes.length, lengthBits(version))
  for (const byte of bytes) push(byte, 8)
  const room = capacity(version) * 8
  push(0, Math.min(4, room - bits.length))
  push(0, (8 - (bits.length % 8)) % 8)
  for (let filler = 0xec; bits.length < room; filler ^= 0xec ^ 0x11) push(filler, 8)
  return Array.from({ length: bits.length / 8 }, (_, place) =>
    bits.slice(place * 8, place * 8 + 8).reduce((byte, bit) => byte * 2 + bit, 0),
  )
}

/** In blocks, each with its check bytes, and all of them interleaved. */
function withCheckBytes(data: readonly number[], version: number): number[] {
  const blocks = at(BLOCKS, version - 1)
  const checks = at(CHECK_BYTES, version - 1)
  const short = Math.floor(data.length / blocks)
  const longBlocks = data.length % blocks
  const divisor = generator(checks)
  let from = 0
  const parts = Array.from({ length: blocks }, (_, block) => {
    const length = short + (block >= blocks - longBlocks ? 1 : 0)
    const part = data.slice(from, from + length)
    from += length
    return { part, check: remainder(part, divisor) }
  })
  const interleaved = (rows: readonly (readonly number[])[], length: number) =>
    Array.from({ length }, (_, place) => rows.flatMap((row) => row[place] ?? [])).flat()
  return [
    ...interleaved(
      parts.map(({ part }) => part),
      short + 1,
    ),
    ...interleaved(
      parts.map(({ check }) => check),
      checks,
    ),
  ]
}

/** Product in GF(2^8) over x^8 + x^4 + x^3 + x^2 + 1. */
function multiply(a: number, b: number): number {
  let product = 0
  for (let bit = 7; bit >= 0; bit -= 1) {
    product = (product << 1) ^ ((product >>> 7) * 0x11d)
    product ^= ((b >>> bit) & 1) * a
  }
  return product
}

/** Coefficients of the Reed–Solomon divisor below its leading one. */
function generator(degree: number): number[] {
  const result: number[] = Array.from({ length: degree }, (_, place) => (place === degree - 1 ? 1 : 0))
  let root = 1
  for (let factor = 0; factor < degree; factor += 1) {
    for (let place = 0; place < degree; place += 1)
      result[place] = multiply(at(result, place), root) ^ (result[place + 1] ?? 0)
    root = multiply(root, 2)
  }
  return result
}

function remainder(data: readonly number[], divisor: readonly number[]): number[] {
  let rest = divisor.map(() => 0)
  for (const byte of data) {
    const factor = byte ^ at(rest, 0)
    rest = [...rest.slice(1), 0].map((value, place) => value ^ multiply(at(divisor, place), factor))
  }
  return rest
}

function set(grid: Grid, x: number, y: number, dark: boolean) {
  at(grid.dark, y)[x] = dark
  at(grid.fixed, y)[x] = true
}

/** With all patterns, and the places of the format information taken. */
function emptyGrid(version: number): Grid {
  const size = sizeOf(version)
  const rows = () => Array.from({ length: size }, () => Array.from({ length: size }, () => false))
  const grid: Grid = { size, version, dark: rows(), fixed: rows() }
  for (let place = 0; place < size; place += 1) {
    set(grid, 6, place, place % 2 === 0)
    set(grid, place, 6, place % 2 === 0)
  }
  for (const [x, y] of [
    [3, 3],
    [size - 4, 3],
    [3, size - 4],
  ] as const)
    placeFinder(grid, x, y)
  placeAlignments(grid)
  placeFormat(grid, 0)
  placeVersion(grid)
  return grid
}

function placeFinder(grid: Grid, centreX: number, centreY: number) {
  for (let dy = -4; dy <= 4; dy += 1)
    for (let dx = -4; dx <= 4; dx += 1) {
      const [x, y] = [centreX + dx, centreY + dy]
      const ring = Math.max(Math.abs(dx), Math.abs(dy))
      if (x >= 0 && x < grid.size && y >= 0 && y < grid.size) set(grid, x, y, ring !== 2 && ring !== 4)
    }
}

function placeAlignments(grid: Grid) {
  const { version, size } = grid
  if (version === 1) return
  const count = Math.floor(version / 7) + 2
  const step = version === 32 ? 26 : Math.ceil((version * 4 + 4) / (count * 2 - 2)) * 2
  const places = [6, ...Array.from({ length: count - 1 }, (_, back) => size - 7 - back * step).toReversed()]
  const last = size - 7
  for (const x of places)
    for (const y of places) {
      if ((x === 6 && (y === 6 || y === last)) || (x === last && y === 6)) continue
      for (let dy = -2; dy <= 2; dy += 1)
        for (let dx = -2; dx <= 2; dx += 1)
          set(grid, x + dx, y + dy, Math.max(Math.abs(dx), Math.abs(dy)) !== 1)
    }
}

/** `value`'s remainder by a binary polynomial of `degree`. */
function binaryRemainder(value: number, { degree, polynomial }: { degree: number; polynomial: number }) {
  let rest = value
  for (let step = 0; step < degree; step += 1) rest = (rest << 1) ^ ((rest >>> (degree - 1)) * polynomial)
  return rest
}

function placeFormat(grid: Grid, mask: number) {
  const value = (LEVEL_BITS << 3) | mask
  const bits = ((value << 10) | binaryRemainder(value, { degree: 10, polynomial: 0x537 })) ^ 0x5412
  const bit = (place: number) => ((bits >>> place) & 1) === 1
  const { size } = grid
  for (let place = 0; place <= 5; place += 1) set(grid, 8, place, bit(place))
  set(grid, 8, 7, bit(6))
  set(grid, 8, 8, bit(7))
  set(grid, 7, 8, bit(8))
  for (let place = 9; place < 15; place += 1) set(grid, 14 - place, 8, bit(place))
  for (let place = 0; place < 8; place += 1) set(grid, size - 1 - place, 8, bit(place))
  for (let place = 8; place < 15; place += 1) set(grid, 8, size - 15 + place, bit(place))
  set(grid, 8, size - 8, true)
}

function placeVersion(grid: Grid) {
  const { version, size } = grid
  if (version < 7) return
  const bits = (version << 12) | binaryRemainder(version, { degree: 12, polynomial: 0x1f25 })
  for (let place = 0; place < 18; place += 1) {
    const dark = ((bits >>> place) & 1) === 1
    const [a, b] = [size - 11 + (place % 3), Math.floor(place / 3)]
    set(grid, a, b, dark)
    set(grid, b, a, dark)
  }
}

/** Two columns at a time from the right, upwards and downwards in turn, past the vertical timing pattern. */
function placeData(grid: Grid, bytes: readonly number[]) {
  const { size, fixed, dark } = grid
  let bit = 0
  for (let right = size - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5
    const upwards = ((right + 1) & 2) === 0
    for (let step = 0; step < size; step += 1)
      for (const x of [right, right - 1]) {
        const y = upwards ? size - 1 - step : step
        if (at(at(fixed, y), x) || bit >= bytes.length * 8) continue
        at(dark, y)[x] = ((at(bytes, bit >>> 3) >>> (7 - (bit & 7))) & 1) === 1
        bit += 1
      }
  }
}

const masks: readonly ((x: number, y: number) => number)[] = [
  (x, y) => (x + y) % 2,
  (_, y) => y % 2,
  (x) => x % 3,
  (x, y) => (x + y) % 3,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2,
  (x, y) => ((x * y) % 2) + ((x * y) % 3),
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2,
]

function masked(grid: Grid, mask: number): boolean[][] {
  const inverts = at(masks, mask)
  const dark = grid.dark.map((row, y) =>
    row.map((module, x) => (at(at(grid.fixed, y), x) ? module : module !== (inverts(x, y) === 0))),
  )
  placeFormat({ ...grid, dark }, mask)
  return dark
}

/** How hard it is to read: long runs, blocks, what looks like a finder, too much of one tone. */
function penalty(rows: readonly (readonly boolean[])[]): number {
  const columns = rows.map((_, x) => rows.map((row) => at(row, x)))
  let total = 0
  for (const line of [...rows, ...columns]) {
    const text = line.map((dark) => (dark ? "1" : "0")).join("")
    for (const [run] of text.matchAll(/0{5,}|1{5,}/g)) total += run.length - 2
    for (const _ of text.matchAll(/(?=10111010000|00001011101)/g)) total += 40
  }
  for (let y = 1; y < rows.length; y += 1)
    for (let x = 1; x < rows.length; x += 1) {
      const square = [at(rows, y)[x], at(rows, y)[x - 1], at(rows, y - 1)[x], at(rows, y - 1)[x - 1]]
      if (square.every((dark) => dark === square[0])) total += 3
    }
  const share = rows.flat().filter(Boolean).length / rows.length ** 2
  return total + Math.floor(Math.abs(share - 0.5) * 20) * 10
}
