// What a process counts about itself, as Prometheus reads it. A registry is made once per process and passed to whoever counts;
// there is no global one, so that two networks in one process (tests) do not mix. Counting adds to a plain number and allocates
// nothing: it may stand on the hottest path. Names, label values and help never hold what a member wrote, nor anything secret,
// and a label never has more values than there are routes, states or instances.
//
// Names follow https://prometheus.io/docs/practices/naming/: `aviary_<part>_<what>_<unit>`, counters end in `_total`, times are
// seconds, sizes bytes.

import { collectDefaultMetrics, Registry } from "prom-client"
import type { Metric } from "prom-client"

/** Only ever goes up; 0 at the start of the process. */
export interface Counter {
  readonly value: number
  /** Adds `by` (default 1), which must not be negative. */
  inc(by?: number): void
}

export interface Gauge {
  readonly value: number
  set(value: number): void
  add(by: number): void
}

export interface Histogram {
  readonly count: number
  readonly sum: number
  observe(value: number): void
}

export interface MetricSpec {
  /** `aviary_feed_reads_total` */
  readonly name: string
  /** One line for whoever reads the figures. */
  readonly help: string
}

export interface Labels<L extends string> {
  readonly labels: readonly L[]
}

export interface Buckets {
  /** Upper bounds, ascending, without the infinite one (default `secondsBuckets`). */
  readonly buckets?: readonly number[]
}

/** Metrics of one name that differ by labels. Ask for a member once and keep it: `with` looks it up by its labels. */
export interface Family<L extends string, M> {
  /** The member with these labels, made at the first call. */
  with(labels: Readonly<Record<L, string>>): M
  /** Forgets a member, for what no longer exists: an instance that was stopped. */
  remove(labels: Readonly<Record<L, string>>): void
}

/** A registry. Each name can be declared once; a second time fails. */
export interface Metrics {
  counter(spec: MetricSpec): Counter
  counters<L extends string>(spec: MetricSpec & Labels<L>): Family<L, Counter>
  /** `collect` gives the value at each scrape, for what is counted elsewhere. */
  gauge(spec: MetricSpec & { readonly collect?: () => number | Promise<number> }): Gauge
  /** `collect` sets the members at each scrape. */
  gauges<L extends string>(
    spec: MetricSpec & Labels<L> & { readonly collect?: (family: Family<L, Gauge>) => void | Promise<void> },
  ): Family<L, Gauge>
  histogram(spec: MetricSpec & Buckets): Histogram
  histograms<L extends string>(spec: MetricSpec & Labels<L> & Buckets): Family<L, Histogram>
  /** Adds what Node knows of the process: memory, processor, event loop, garbage collection. More than once is as once. */
  observeProcess(): void
  /** Everything in Prometheus' text format 0.0.4. A metric whose `collect` fails is left without values. */
  text(): Promise<string>
  readonly contentType: string
}

/** From a millisecond to ten seconds, for times of requests and statements. */
export const secondsBuckets: readonly number[] = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
]

/** One line of the exposition, as the library formats it. */
interface Sample {
  readonly metricName?: string
  readonly labels: Readonly<Record<string, string | number>>
  readonly value: number
}

type Kind = "counter" | "gauge" | "histogram"

export function createMetrics(): Metrics {
  const registry = new Registry()
  let observing = false

  function declare<L extends string, M>(
    kind: Kind,
    spec: MetricSpec & Labels<L>,
    deps: MemberOf<M> & { collect?: (family: Family<L, M>) => void | Promise<void> },
  ): Family<L, M> {
    checkNames(kind, spec)
    const { family, samples } = createFamily(spec, deps)
    const metric = {
      name: spec.name,
      help: spec.help,
      type: kind,
      async get() {
        const { name, help } = spec
        const collected = await attempt(() => deps.collect?.(family))
        return { name, help, type: kind, aggregator: "sum", values: collected ? samples() : [] }
      },
    }
    // The library's registry asks a metric for its name and its values only; the values are ours, so that counting is cheap.
    registry.registerMetric(metric as unknown as Metric)
    return family
  }

  return {
    counter: (spec) => declare("counter", alone(spec), counterMember).with({}),
    counters: (spec) => declare("counter", spec, counterMember),
    gauge({ collect, ...spec }) {
      if (!collect) return declare("gauge", alone(spec), gaugeMember).with({})
      const collectOne = async (family: Family<never, Gauge>) => family.with({}).set(await collect())
      return declare("gauge", alone(spec), { ...gaugeMember, collect: collectOne }).with({})
    },
    gauges: ({ collect, ...spec }) =>
      declare("gauge", spec, collect ? { ...gaugeMember, collect } : gaugeMember),
    histogram: ({ buckets, ...spec }) => declare("histogram", alone(spec), histogramMember(buckets)).with({}),
    histograms: ({ buckets, ...spec }) => declare("histogram", spec, histogramMember(buckets)),
    observeProcess() {
      if (!observing) collectDefaultMetrics({ register: registry })
      observing = true
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  }
}

function alone(spec: MetricSpec): MetricSpec & Labels<never> {
  return { ...spec, labels: [] }
}

function checkNames(kind: Kind, { name, labels }: MetricSpec & Labels<string>): void {
  if (!/^[a-z][a-z0-9_]*$/.test(name)) throw new Error(`${name} is no name of a metric`)
  if ((kind === "counter") !== name.endsWith("_total")) throw new Error(`${name}: counters end in _total`)
  for (const label of labels) {
    if (!/^[a-z][a-z0-9_]*$/.test(label) || label === "le") throw new Error(`${name}: ${label} is no label`)
  }
}

async function attempt(work: () => void | Promise<void> | undefined): Promise<boolean> {
  try {
    await work()
    return true
  } catch {
    return false
  }
}

interface MemberOf<M> {
  readonly make: () => M
  readonly samples: (name: string, labels: Readonly<Record<string, string>>, member: M) => Sample[]
}

function createFamily<L extends string, M>(
  { name, labels: names }: MetricSpec & Labels<L>,
  { make, samples }: MemberOf<M>,
): { family: Family<L, M>; samples: () => Sample[] } {
  const members = new Map<string, { labels: Readonly<Record<L, string>>; member: M }>()
  const keyOf = (labels: Readonly<Record<L, string>>): string => names.map((one) => labels[one]).join("\0")
  return {
    family: {
      with(labels) {
        const key = keyOf(labels)
        const known = members.get(key)
        if (known) return known.member
        const member = make()
        members.set(key, { labels, member })
        return member
      },
      remove: (labels) => void members.delete(keyOf(labels)),
    },
    samples: () => [...members.values()].flatMap(({ labels, member }) => samples(name, labels, member)),
  }
}

class Count implements Counter {
  value = 0
  inc(by = 1): void {
    this.value += by
  }
}

class Level implements Gauge {
  value = 0
  set(value: number): void {
    this.value = value
  }
  add(by: number): void {
    this.value += by
  }
}

class Distribution implements Histogram {
  readonly bounds: readonly number[]
  /** Of each bucket by itself, the infinite one last; added up when they are read. */
  readonly counts: Float64Array
  sum = 0

  constructor(bounds: readonly number[]) {
    this.bounds = bounds
    this.counts = new Float64Array(bounds.length + 1)
  }

  get count(): number {
    return this.counts.reduce((all, one) => all + one, 0)
  }

  observe(value: number): void {
    const { bounds } = this
    let at = 0
    while (at < bounds.length && value > (bounds[at] ?? 0)) at += 1
    this.counts[at] = (this.counts[at] ?? 0) + 1
    this.sum += value
  }
}

const counterMember: MemberOf<Counter> = {
  make: () => new Count(),
  samples: (_name, labels, { value }) => [{ labels, value }],
}

const gaugeMember: MemberOf<Gauge> = {
  make: () => new Level(),
  samples: (_name, labels, { value }) => [{ labels, value }],
}

function histogramMember(buckets: readonly number[] = secondsBuckets): MemberOf<Distribution> {
  if (buckets.some((bound, at) => !(bound > (buckets[at - 1] ?? -Infinity)))) {
    throw new Error("The buckets of a histogram ascend")
  }
  return {
    make: () => new Distribution(buckets),
    samples(name, labels, { counts, sum }) {
      let below = 0
      const bucket = [...counts].map((one, at) => {
        below += one
        return {
          metricName: `${name}_bucket`,
          labels: { ...labels, le: buckets[at] ?? "+Inf" },
          value: below,
        }
      })
      return [
        ...bucket,
        { metricName: `${name}_sum`, labels, value: sum },
        { metricName: `${name}_count`, labels, value: below },
      ]
    },
  }
}
