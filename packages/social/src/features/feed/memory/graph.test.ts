import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import { createIndexBuffer } from "./buffers.ts"
import { createFollowGraph } from "./graph.ts"
import type { FollowGraph } from "./graph.ts"

const ACCOUNTS = 12
const account = fc.nat({ max: ACCOUNTS - 1 })
const pair = fc.tuple(account, account)
const change = fc.record({ what: fc.constantFrom("add", "remove"), pair })

test("any bulk and any changes read as a set of pairs, in both directions, sorted, however often it is compacted", () => {
  const runs = fc.property(
    fc.array(pair, { maxLength: 60 }),
    fc.array(change, { maxLength: 120 }),
    fc.constantFrom(0, 3, 20, 1_000),
    (bulk, changes, changesAtLeast) => {
      const graph = createFollowGraph(pairsOf(bulk), changesAtLeast)
      const model = new Map(bulk.map((edge) => [edge.join(), edge]))
      assertSame(graph, [...model.values()])
      for (const { what, pair: edge } of changes) {
        const had = model.has(edge.join())
        if (what === "add") {
          assert.equal(graph.add(...edge), !had)
          model.set(edge.join(), edge)
        } else {
          assert.equal(graph.remove(...edge), had)
          model.delete(edge.join())
        }
        assert.equal(graph.has(...edge), what === "add")
      }
      assertSame(graph, [...model.values()])
    },
  )
  fc.assert(runs, { numRuns: 500 })
})

test("accounts that the bulk has not seen can follow and be followed", () => {
  const graph = createFollowGraph(pairsOf([[0, 1]]), 0)
  assert.equal(graph.followerCount(1_000), 0)
  assert.equal(graph.has(1_000, 1), false)
  assert.ok(graph.add(1_000, 1))
  assert.ok(graph.add(0, 2_000))
  assert.deepEqual(followers(graph, 1), [0, 1_000])
  assert.deepEqual(followees(graph, 0), [1, 2_000])
  assert.deepEqual(followees(graph, 500), [])
})

test("a change that is taken back leaves nothing beside the bulk", () => {
  const graph = createFollowGraph(
    pairsOf([
      [0, 1],
      [2, 1],
    ]),
  )
  const before = graph.bytes()
  for (let round = 0; round < 1_000; round++) {
    graph.add(3, 1)
    graph.remove(3, 1)
    graph.remove(2, 1)
    graph.add(2, 1)
  }
  assert.ok(graph.bytes() - before < 2_000, `${graph.bytes() - before} bytes more`)
  assert.deepEqual(followers(graph, 1), [0, 2])
})

test("long rows with changes here and there are read whole, before and after they are written anew", () => {
  const model = new Set(Array.from({ length: 3_000 }, (_, n) => n * 2))
  const graph = createFollowGraph(pairsOf([...model].map((follower) => [follower, 1])), 300)
  for (let step = 1; step <= 900; step++) {
    const follower = (step * step * 31) % 6_001
    if (model.delete(follower)) graph.remove(follower, 1)
    else {
      model.add(follower)
      graph.add(follower, 1)
    }
    if (step % 50 === 0) assert.deepEqual(followers(graph, 1), ascending([...model]))
  }
})

test("the buffer grows to the longest row", () => {
  const followersOfOne = Array.from({ length: 5_000 }, (_, follower): [number, number] => [follower + 2, 1])
  const graph = createFollowGraph(pairsOf(followersOfOne))
  const buffer = createIndexBuffer(1)
  assert.equal(graph.followersOf(1, buffer), 5_000)
  assert.equal(buffer.values[4_999], 5_001)
})

function assertSame(graph: FollowGraph, edges: readonly [number, number][]): void {
  assert.equal(graph.size, edges.length)
  for (let one = 0; one < ACCOUNTS; one++) {
    const followed = edges.filter(([follower]) => follower === one).map(([, followee]) => followee)
    const following = edges.filter(([, followee]) => followee === one).map(([follower]) => follower)
    assert.deepEqual(followees(graph, one), ascending(followed))
    assert.deepEqual(followers(graph, one), ascending(following))
    assert.equal(graph.followeeCount(one), followed.length)
    assert.equal(graph.followerCount(one), following.length)
  }
}

function pairsOf(edges: readonly [number, number][]): { followers: Uint32Array; followees: Uint32Array } {
  return { followers: Uint32Array.from(edges, ([a]) => a), followees: Uint32Array.from(edges, ([, b]) => b) }
}

const ascending = (values: readonly number[]): number[] => values.toSorted((a, b) => a - b)

function followers(graph: FollowGraph, one: number): number[] {
  const buffer = createIndexBuffer(1)
  return read(graph.followersOf(one, buffer), buffer)
}

function followees(graph: FollowGraph, one: number): number[] {
  const buffer = createIndexBuffer(1)
  return read(graph.followeesOf(one, buffer), buffer)
}

const read = (count: number, buffer: { values: Uint32Array }): number[] => [
  ...buffer.values.subarray(0, count),
]
