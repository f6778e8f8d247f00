/** What each step must have shown in any language, somewhere in what it printed. The rest is in the recordings. */
import { wellKnown } from '#app/seed/seed-data.ts'

export const facts: Readonly<Record<string, RegExp>> = {
  'term-store.pin': /"pin"/,
  'term-store.reuse': /"reuse"/,
  error: /404.*(itemNotFound|$)/,
  'if-match': /412/,
  'gdap.create': /"created"/,
  'gdap.lock': /"lockForApproval"/,
  'gdap.approve': /"active"/,
  'gdap.assignment': /"pending".*"active"/,
  'gdap.terminate': /"terminated"/,
  'gdap.customers': new RegExp(wellKnown.fabrikam),
}
