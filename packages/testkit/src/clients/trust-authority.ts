/**
 * Makes this process and the programs that it starts believe a certificate authority, as each of the real clients has it
 * told. It never touches what the machine trusts, and cannot be taken back: it is for a test file's own process.
 */
import { readFileSync } from "node:fs"
import { getCACertificates, setDefaultCACertificates } from "node:tls"

/** `file`: the authority's certificate as PEM. */
export function trustAuthority(file: string): void {
  setDefaultCACertificates([...getCACertificates("default"), readFileSync(file, "utf8")])
  // OpenSSL and Perl's IO::Socket::SSL, Perl's LWP, Python's requests.
  for (const name of ["SSL_CERT_FILE", "PERL_LWP_SSL_CA_FILE", "REQUESTS_CA_BUNDLE"]) process.env[name] = file
}
