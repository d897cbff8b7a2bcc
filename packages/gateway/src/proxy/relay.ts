// The second half of a request's way: which release, what the cache knows, a place at the service, and then an instance.

import { AppError } from "@aviary/kit"
import type { CacheVerdict, Fill } from "../cache/cache-verdict.ts"
import type { FoundToken } from "../identity/find-token.ts"
import { emptyRecord } from "../ledger/ledger.ts"
import type { Matched } from "../routing/matcher.ts"
import { answerKept } from "./answer.ts"
import { BackgroundExchange } from "./background-exchange.ts"
import type { CompiledRoute, MirrorTarget } from "./compiled-document.ts"
import { chooseSide } from "./errand.ts"
import type { Errand } from "./errand.ts"
import { createTrips } from "./trip.ts"
import type { TripDeps } from "./trip.ts"
import type { Visit } from "./visit.ts"

export function createRelay(deps: TripDeps) {
  const { ledger } = deps
  const start = createTrips(deps)

  return function relay(visit: Visit, matched: Matched<CompiledRoute>, found: FoundToken | undefined): void {
    const errand = chooseSide(visit, matched, found)
    if (matched.route.mirror) copy(errand, matched.route.mirror)
    // Whoever is in another arm must meet what that arm answers.
    const verdict = errand.isDefault ? matched.route.cache?.handle(visit.view) : undefined
    if (verdict) consultCache(errand, verdict)
    else seekPlace(errand, undefined)
  }

  /** Sends a copy to another service or release; its answer is for nobody. */
  function copy(errand: Errand, { mirror, to, release }: MirrorTarget): void {
    const { exchange } = errand.visit
    const { method, bodyLength, upgrade } = exchange
    if (!mirror.begin({ method, hasBody: bodyLength !== 0, upgrades: upgrade !== undefined })) return
    start(
      { ...errand, upstream: to, release },
      {
        exchange: new BackgroundExchange(exchange),
        record: emptyRecord(performance.now()),
        fill: undefined,
        place: undefined,
        onEnd: () => mirror.end(),
      },
    )
  }

  function consultCache(errand: Errand, verdict: CacheVerdict): void {
    const { visit } = errand
    switch (verdict.kind) {
      case "bypass":
        return seekPlace(errand, undefined)
      case "fill":
        return seekPlace(errand, verdict.fill)
      case "hit": {
        const { record, exchange } = visit
        record.status = verdict.answer.status
        visit.attend("cached")
        record.bytesOut = answerKept(exchange, verdict.answer, visit.answerFields)
        if (verdict.revalidation) revalidate(errand, verdict.revalidation)
        return
      }
      case "wait": {
        visit.attend("internal")
        visit.onLeave = () => verdict.leave()
        void verdict.turn.then((turn) => {
          visit.onLeave = undefined
          if (!visit.left) consultCache(errand, turn)
          else if (turn.kind === "fill") turn.fill.fail()
        })
      }
    }
  }

  /** Asks an instance for nobody, so that the next request finds a fresh answer. */
  function revalidate(errand: Errand, fill: Fill): void {
    const exchange = new BackgroundExchange(errand.visit.exchange)
    start(errand, {
      exchange,
      record: emptyRecord(performance.now()),
      fill,
      place: undefined,
      onEnd: () => {},
    })
  }

  function seekPlace(errand: Errand, fill: Fill | undefined): void {
    const { visit, matched, upstream } = errand
    let waits = true
    const giveUp = upstream.places.seek(
      {
        onPlace(place) {
          if (!waits || visit.left) return place.leave()
          waits = false
          visit.onLeave = undefined
          start(errand, {
            exchange: visit.exchange,
            record: visit.record,
            fill,
            place,
            onEnd: (outcome) => ledger.close(visit.record, outcome),
          })
        },
        onRefused() {
          waits = false
          const kept = fill?.fail()
          if (!kept) return visit.refuse(new AppError("server.overloaded"), "shed")
          visit.record.status = kept.status
          visit.attend("cached")
          visit.record.bytesOut = answerKept(visit.exchange, kept, visit.answerFields)
        },
      },
      matched.route.config.importance,
    )
    if (!waits) return
    visit.attend("internal")
    visit.onLeave = () => {
      waits = false
      giveUp()
      fill?.fail()
    }
  }
}
