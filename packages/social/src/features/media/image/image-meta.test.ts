import assert from "node:assert/strict"
import { describe, it } from "node:test"

import fc from "fast-check"

import { fitIntoPixels, parseFocus } from "./image-meta.ts"

describe("parseFocus", () => {
  const cases: [text: string, focus: { x: number; y: number } | undefined][] = [
    ["0,0", { x: 0, y: 0 }],
    ["-0.42,0.69", { x: -0.42, y: 0.69 }],
    [" 1 , -1 ", { x: 1, y: -1 }],
    ["1.2,-7", { x: 1, y: -1 }],
    ["-0,.5", { x: 0, y: 0.5 }],
    ["1e-3,5E-1", { x: 0.001, y: 0.5 }],
    ["", undefined],
    ["0.5", undefined],
    ["1,2,3", undefined],
    ["a,b", undefined],
    ["NaN,Infinity", undefined],
    ["0x1,0", undefined],
    [",", undefined],
  ]
  for (const [text, focus] of cases) {
    it(`reads ${JSON.stringify(text)}`, () => {
      assert.deepStrictEqual(parseFocus(text), focus)
    })
  }
})

describe("fitIntoPixels", () => {
  it("fits, keeps the aspect as near as whole pixels allow, and never enlarges", () => {
    const side = fc.integer({ min: 1, max: 16_383 })
    fc.assert(
      fc.property(side, side, fc.integer({ min: 20_000, max: 9_000_000 }), (width, height, maxPixels) => {
        const fitted = fitIntoPixels({ width, height }, maxPixels)
        assert.ok(fitted.width * fitted.height <= maxPixels)
        assert.ok(fitted.width >= 1 && fitted.width <= width)
        assert.ok(fitted.height >= 1 && fitted.height <= height)
        const scale = Math.min(1, Math.sqrt(maxPixels / (width * height)))
        assert.ok(Math.abs(fitted.width - width * scale) <= 1)
        assert.ok(Math.abs(fitted.height - height * scale) <= 1)
      }),
    )
  })

  it("leaves alone what fits", () => {
    assert.deepEqual(fitIntoPixels({ width: 640, height: 360 }, 230_400), { width: 640, height: 360 })
  })
})
