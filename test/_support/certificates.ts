/** Before all tests: one authority and server certificate, trusted by every worker (clients insist on HTTPS). */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadCertificates } from '#app/trust/certificates.ts'

export const setup = async (): Promise<() => Promise<void>> => {
  const location = await mkdtemp(join(tmpdir(), 'relata-certificates-'))
  const { caFile } = await loadCertificates({ location, inMemory: false, host: '127.0.0.1', now: new Date() })
  // Node reads it when a process starts, so it must be there before the workers are.
  process.env['NODE_EXTRA_CA_CERTS'] = caFile
  process.env['RELATA_TEST_CERTIFICATES'] = location
  return () => rm(location, { recursive: true, force: true })
}
