// Gives back the memory that a start took: what is loaded leaves a third of the heap as garbage, and a process that then rests
// would keep it for hours. Takes a few dozen milliseconds in which nothing else happens, so it is for the end of a start only.

/** Collects all garbage. Needs `--expose-gc` on Node's command line, and does nothing without. */
export function releaseMemory(): void {
  globalThis.gc?.({ type: "major", execution: "sync", flavor: "last-resort" })
}
