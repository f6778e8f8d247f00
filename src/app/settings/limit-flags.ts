/** Settings of how much the server does for one client, and how long it keeps records. */
import { listShape, setting, truth, whole } from '#base/setting.ts'
import { type SinkWish, sinkIn } from '#notify/sinks/sink-setting.ts'

/** Requests a second of each client and of each tenant; `off`: as many as come; undefined: the mode decides. */
function rate(text: string): number | 'off' {
  return text.toLowerCase() === 'off' ? 'off' : whole(1, 1_000_000)(text)
}

const nowhere: readonly SinkWish[] = []

/** Places, separated by commas. */
function sinks(text: string): readonly SinkWish[] {
  return text.split(',').map((part) => sinkIn(part.trim()))
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
  auditSink: setting(
    '--audit-sink <places>',
    'where audit records are sent to as well, one after another or given again: file:<path>, syslog+tls://<host>:<port>, otlp:https://<host>:<port> (docs/audit.md)',
    nowhere,
    sinks,
    { many: true, shape: listShape },
  ),
  historyDays: setting(
    '--history-days <days>',
    'days that changes of the taxonomy are kept, for history, undo and asOf; 0: for ever',
    365,
    whole(0, 36_500),
  ),
  recycleBinDays: setting(
    '--recycle-bin-days <days>',
    'days that deleted terms, sets and groups can be restored; 0: for ever',
    30,
    whole(0, 36_500),
  ),
  historyPeople: setting(
    '--history-people <choice>',
    'whether changes of the taxonomy name the people who made them: true or false',
    true,
    truth,
  ),
  eventRetention: setting('--event-retention <days>', 'days that delivered events are kept', 7, whole(1, 36_500)),
} as const
