/** Asks an address whether it takes events, as CloudEvents' `http-webhook` says (events.md §4.2). */
import { AppError } from '#base/errors.ts'
import type { Sender } from '../../sending/sender.ts'

const requestMillis = 10_000

/** `origin`: of this server, as it names itself. Throws `invalid`. */
export async function askWebhook(sender: Sender, url: string, origin: string): Promise<void> {
  const host = new URL(origin).host
  const headers = { 'WebHook-Request-Origin': host, 'WebHook-Request-Rate': '120' }
  const result = await sender.send({ url, headers, body: '' }, { requestMillis, method: 'OPTIONS' })
  const allowed = result.headers['webhook-allowed-origin']
  const names = typeof allowed === 'string' ? allowed.split(',').map((name) => name.trim().toLowerCase()) : []
  if (result.error === undefined && (names.includes('*') || names.includes(host.toLowerCase()))) return
  const why =
    result.error === undefined
      ? `it answered without WebHook-Allowed-Origin for ${host}`
      : `it did not answer as it should (${result.error})`
  throw new AppError('invalid', `The address 'url' does not take events from here: ${why}.`, {
    target: 'url',
    check: 'events.handshake',
    spec: 'events.md §4.2',
  })
}
