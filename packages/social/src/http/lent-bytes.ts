// Bytes in a buffer that is used again: allocating one for each answer is what a large page costs most.

/** Whoever has it gives it back once the bytes have been sent, and touches them no more. One that is never given back is lost. */
export interface LentBytes {
  /** UTF-8. */
  readonly bytes: Buffer
  readonly giveBack: () => void
}
