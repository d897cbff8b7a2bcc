// Recovery codes: as they are made and as they are typed. Pure but for the randomness it is given.

// No letters that look like digits or each other to a reader (`i`, `l`, `o`, `u`). 32 of them: 5 bits each.
const ALPHABET = "23456789abcdefghjkmnpqrstvwxyz01"
const CODES = 10
const CODE = new RegExp(`^[${ALPHABET}]{16}$`)
const LENGTH = 16
const GROUP = 4

/** Ten codes of 80 bits, `xxxx-xxxx-xxxx-xxxx`. `randomToken` gives at least 16 random bytes as base64url. */
export function recoveryCodes(randomToken: () => string): string[] {
  return Array.from({ length: CODES }, () => {
    const bytes = Buffer.from(randomToken(), "base64url").subarray(0, LENGTH)
    if (bytes.length < LENGTH) throw new RangeError(`A recovery code needs ${LENGTH} random bytes`)
    const text = [...bytes].map((byte) => ALPHABET.charAt(byte % ALPHABET.length)).join("")
    return text.match(new RegExp(`.{${GROUP}}`, "g"))?.join("-") ?? text
  })
}

/** The one form of a code, however it was typed; undefined for what is none. */
export function readRecoveryCode(typed: string): string | undefined {
  const plain = typed.toLowerCase().replaceAll(/[\s-]/g, "")
  return CODE.test(plain) ? plain : undefined
}
