/**
 * Says what is wrong with a response of the client API. It takes a response apart, and never makes a request.
 */
import { checkValue } from "./check-value.ts"
import { findOperation } from "./find-operation.ts"
import { parseType } from "./notation.ts"

const errorBody = parseType("Error | ValidationError")

/**
 * Problems of a response, each with its JSON path; none when it keeps the contract.
 *
 * @param method HTTP method, in either case.
 * @param pathPattern a route pattern, a path or a URL; see findOperation.
 * @param status HTTP status. Redirects have no body in the contract and pass.
 * @param body the parsed JSON; the text itself for operations that do not answer JSON.
 */
export function validateResponse(
  method: string,
  pathPattern: string,
  status: number,
  body: unknown,
): string[] {
  const operation = findOperation(method, pathPattern)
  if (operation === undefined) return [`no such operation in the contract: ${method} ${pathPattern}`]
  if (status >= 400) return checkValue(errorBody, body)
  if (status >= 300) return []
  const type = operation.responses.get(status)
  if (type === undefined) {
    return [
      `${operation.key}: status ${[...operation.responses.keys()].join(" or ")} expected, got ${status}`,
    ]
  }
  return checkValue(parseType(type), body)
}

/** Problems of a value as a type in the notation, such as `"Status"`, `"Account[]"`: for the payloads of streams. */
export function validateEntity(type: string, value: unknown): string[] {
  return checkValue(parseType(type), value)
}
