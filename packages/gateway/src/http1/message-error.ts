// A message that cannot be read. Refused whole: nothing of an ambiguous message is passed on.

/** `status` is what a client is told; an instance's unreadable answer becomes 502 whatever it says. */
export class MessageError extends Error {
  readonly status: 400 | 408 | 413 | 431 | 501 | 505
  constructor(status: MessageError["status"], message: string) {
    super(message)
    this.name = "MessageError"
    this.status = status
  }
}
