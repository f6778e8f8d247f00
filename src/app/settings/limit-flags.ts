/** Settings of how much the server does for one client, and how long it keeps records. */
import { setting, whole } from '#base/setting.ts'

/** Requests a second of each client and of each tenant; `off`: as many as come; undefined: the mode decides. */
function rate(text: string): number | 'off' {
  return text.toLowerCase() === 'off' ? 'off' : whole(1, 1_000_000)(text)
}

export const limitFlags = {
  requestTimeout: setting(
    '--request-timeout <seconds>',
    'seconds after which a request that is not answered is refused with 503',
    30,
    whole(1, 3_600),
  ),
  rateLimit: setting(
    '--rate-limit <number>',
    'requests a second that one client may send before it is answered 429, or off; the default is off, with --registry 200',
    undefined,
    rate,
    {
      shape: {
        anyOf: [
          { type: 'integer', minimum: 1, maximum: 1_000_000 },
          { type: 'string', enum: ['off'] },
        ],
      },
    },
  ),
  auditRetention: setting('--audit-retention <days>', 'days that audit records are kept', 30, whole(1, 36_500)),
  eventRetention: setting('--event-retention <days>', 'days that delivered events are kept', 7, whole(1, 36_500)),
} as const
