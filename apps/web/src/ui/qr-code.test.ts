import assert from "node:assert/strict"
import { test } from "node:test"
import { qrCode } from "./qr-code.ts"

/** As jsQR and phones' cameras read it back. */
const AVIARY = `
#######...#...#######
#.....#....#..#.....#
#.###.#.#..##.#.###.#
#.###.#.#.##..#.###.#
#.###.#.#####.#.###.#
#.....#.#...#.#.....#
#######.#.#.#.#######
........#####........
#.#####..##.#.#####..
###.....#...#..#.###.
...#..#..###.#..#..#.
##..#...##.....#####.
..##..#.#..#.#..#.#..
........#.######.....
#######.....#.##.###.
#.....#.#######..##.#
#.###.#.##..#..##.##.
#.###.#.##..#.....#..
#.###.#.#..#.#...##..
#.....#........####..
#######.#.##.#.#.###.
`.trim()

test("a short text is the known picture", () => {
  const code = qrCode("AVIARY")
  assert.equal(code?.map((row) => row.map((dark) => (dark ? "#" : ".")).join("")).join("\n"), AVIARY)
})

test("the smallest version that holds a text is taken, by its bytes, and none where no version does", () => {
  // ISO/IEC 18004, table 7, level M, byte mode.
  const cases: [bytes: number, size: number][] = [
    [14, 21],
    [15, 25],
    [213, 57],
    [214, 61],
    [2331, 177],
  ]
  for (const [bytes, size] of cases) assert.equal(qrCode("x".repeat(bytes))?.length, size, `${bytes} bytes`)
  assert.equal(qrCode("é".repeat(7))?.length, 21)
  assert.equal(qrCode("é".repeat(8))?.length, 25)
  assert.equal(qrCode("x".repeat(2332)), undefined)
})
