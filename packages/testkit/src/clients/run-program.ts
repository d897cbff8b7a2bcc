/** Runs a program of a client's, with a deadline. It never uses a shell. */
import { spawn } from "node:child_process"
import { createInterface } from "node:readline"

export interface Program {
  readonly command: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Milliseconds until the program is killed. */
  readonly limit: number
  /** What the program reads; its input ends after it. Without it, `onLine` may answer. */
  readonly input?: string
  /** Called for each line that the program writes; an answer is written to its input as one line. */
  readonly onLine?: (line: string) => Promise<string | undefined>
}

export interface ProgramResult {
  /** null when it was killed. */
  readonly code: number | null
  readonly output: string
  readonly errors: string
}

/** Fails only when the program cannot be started; how it ended stands in the result. */
export async function runProgram({
  command,
  args,
  env,
  limit,
  input,
  onLine,
}: Program): Promise<ProgramResult> {
  const child = spawn(command, [...args], {
    env: { ...process.env, ...env },
    timeout: limit,
    killSignal: "SIGKILL",
    stdio: ["pipe", "pipe", "pipe"],
  })
  const lines: string[] = []
  const errors: Buffer[] = []
  // A program that has ended does not read its input any more, and that is no failure.
  child.stdin.on("error", () => undefined)
  child.stderr.on("data", (chunk: Buffer) => errors.push(chunk))
  const ended = Promise.withResolvers<number | null>()
  child.on("error", ended.reject)
  child.on("close", (code) => ended.resolve(code))
  if (onLine === undefined) child.stdin.end(input ?? "")
  else if (input !== undefined) child.stdin.write(`${input}\n`)

  async function readLines(): Promise<void> {
    for await (const line of createInterface({ input: child.stdout })) {
      lines.push(line)
      const answer = await onLine?.(line)
      if (answer !== undefined) child.stdin.write(`${answer}\n`)
    }
  }

  const [code] = await Promise.all([ended.promise, readLines()])
  return { code, output: lines.join("\n"), errors: Buffer.concat(errors).toString() }
}
