import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { findJava } from './java.ts'

const run = promisify(execFile)

/** What a server of this machine shows who it is with. */
export interface Certificate {
  /** File (PKCS #12) with the key and the certificate, under `password`. */
  readonly keyStore: string
  readonly password: string
  /** File (PEM) that clients are given, since nobody else vouches for it. */
  readonly authority: string
  /** What is in it. */
  readonly pem: string
}

/** Makes a certificate for 127.0.0.1 in a folder, signed by itself, with the tool that comes with Java. */
export async function selfSigned(folder: string): Promise<Certificate> {
  const keytool = join(await findJava(17), 'bin/keytool')
  const [keyStore, authority, password] = [join(folder, 'server.p12'), join(folder, 'ca.crt'), 'heartwood']
  const store = ['-alias', 'server', '-keystore', keyStore, '-storetype', 'PKCS12', '-storepass', password]
  const names = ['-dname', 'CN=heartwood', '-ext', 'SAN=IP:127.0.0.1,DNS:localhost', '-ext', 'BC=ca:true']
  await run(keytool, [
    '-genkeypair',
    ...store,
    ...names,
    '-keyalg',
    'RSA',
    '-keysize',
    '2048',
    '-validity',
    '7',
  ])
  await run(keytool, ['-exportcert', ...store, '-rfc', '-file', authority])
  return { keyStore, password, authority, pem: await readFile(authority, 'utf8') }
}
