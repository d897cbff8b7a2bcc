// The options of an import, checked and completed.

import { AppError } from "@aviary/kit"
import { MAX_USERNAME } from "../features/accounts/create-account.ts"

export interface ImportOptions {
  /** An edge list in SNAP's format, gzipped or not: `follower followee` a line. */
  readonly graph: string
  /** Files with one text a line, gzipped or not; read in this order. Default none. */
  readonly posts?: readonly string[]
  /** Each edge is a friendship: a follow in both directions. Default false. */
  readonly undirected?: boolean
  /** User names are this and the node's id. Default `member_`. */
  readonly prefix?: string
  /** Language of the posts, ISO 639. Default `en`. */
  readonly language?: string
  /** Malformed lines, over all files, that are passed over; one more ends the import before it writes. Default 100. */
  readonly maxMalformed?: number
  /** Events of one transaction (default 5,000). */
  readonly batchSize?: number
  /** Stops between two transactions; the same import goes on from there another time. */
  readonly signal?: AbortSignal
}

export type ImportSettings = Required<Omit<ImportOptions, "signal">>

const MAX_BATCH = 50_000

/** Fails with `import.invalid`, naming the option. */
export function importSettings(options: ImportOptions): ImportSettings {
  const settings: ImportSettings = {
    graph: options.graph,
    posts: options.posts ?? [],
    undirected: options.undirected ?? false,
    prefix: options.prefix ?? "member_",
    language: options.language ?? "en",
    maxMalformed: options.maxMalformed ?? 100,
    batchSize: options.batchSize ?? 5_000,
  }
  if (!/^[A-Za-z0-9_]{1,20}$/.test(settings.prefix)) {
    throw invalid(
      `the prefix ${JSON.stringify(settings.prefix)} must be 1 to 20 letters, digits and underscores`,
    )
  }
  if (!/^[a-z]{2,3}(?:-[A-Za-z]{2,4})?$/.test(settings.language)) {
    throw invalid(`the language ${JSON.stringify(settings.language)} must be a code such as en, pt-BR or yue`)
  }
  if (!Number.isInteger(settings.maxMalformed) || settings.maxMalformed < 0) {
    throw invalid("the number of malformed lines must be 0 or more")
  }
  if (!Number.isInteger(settings.batchSize) || settings.batchSize < 1 || settings.batchSize > MAX_BATCH) {
    throw invalid(`a batch must be 1 to ${MAX_BATCH} events`)
  }
  return settings
}

/** The user name of a node. Fails with `import.invalid` where it would be too long. */
export function usernameOf(prefix: string, node: number): string {
  const username = `${prefix}${node}`
  if (username.length > MAX_USERNAME) {
    throw invalid(
      `the user name ${username} would be longer than ${MAX_USERNAME} characters; take a shorter prefix`,
    )
  }
  return username
}

function invalid(reason: string): AppError {
  return new AppError("import.invalid", { reason })
}
