/** A rule in words. */
import { durationText, listText, numberText } from '../../i18n/format.ts'
import { maybeText, t } from '../../i18n/t.ts'
import { type FaultKind, type FaultRule, type FaultWhat, kindOf, type RowsOfGdap, secondsOf } from './rule.ts'

export function secondsText(duration: string): string {
  const seconds = secondsOf(duration)
  return seconds === undefined ? durationText(duration) : t('fault.seconds', { n: seconds })
}

function rowsText({ machine = 'relationship', status, displayName, relationshipId, groupId }: RowsOfGdap): string {
  const parts = [
    t(`fault.machine.${machine}`),
    status === undefined ? '' : t('fault.inStatus', { status }),
    displayName === undefined ? '' : `“${displayName}”`,
    relationshipId ?? '',
    groupId ?? '',
  ]
  return parts.filter((part) => part !== '').join(' ')
}

function statusText({ status = 0, retryAfter, code }: FaultWhat): string {
  const wait = typeof retryAfter === 'number' ? `, Retry-After ${retryAfter}` : ''
  return `${status}${code === undefined ? '' : ` ${code}`}${wait}`
}

function delaysText(latencySeconds: Readonly<Record<string, number>>): string {
  const parts = Object.entries(latencySeconds).map(
    ([name, n]) => `${maybeText(`fault.transition.${name}`) ?? name} ${t('fault.seconds', { n })}`,
  )
  return t('fault.text.gdapLatency', { what: listText(parts) })
}

function slowText({ latencySeconds = {}, relationshipId }: NonNullable<FaultWhat['gdap']>): string {
  const delays = delaysText(latencySeconds)
  return relationshipId === undefined ? delays : `${delays}, ${rowsText({ relationshipId })}`
}

const whatTexts: Readonly<Record<FaultKind, (what: FaultWhat) => string>> = {
  status: statusText,
  latency: () => '',
  drop: () => t('fault.text.drop'),
  opaque: () => t('fault.text.opaque'),
  emptyList: () => t('fault.text.emptyList'),
  listLag: ({ listLag = '' }) => t('fault.text.listLag', { time: secondsText(listLag) }),
  stuck: ({ gdap }) => t('fault.text.stuck', { rows: rowsText(gdap?.stuck ?? {}) }),
  failing: ({ gdap }) => t('fault.text.failing', { rows: rowsText(gdap?.failing ?? {}) }),
  gdapLatency: ({ gdap }) => slowText(gdap ?? {}),
}

/** What goes wrong. */
export function answerText({ what, after }: FaultRule): string {
  const { latencyMs } = what
  const late = latencyMs === undefined ? '' : t('fault.text.ms', { ms: numberText(latencyMs) })
  const all = [whatTexts[kindOf(what)](what), late].filter((part) => part !== '').join(', ')
  return after === 'commit' ? t('fault.text.after', { what: all }) : all
}

/** Which requests. */
export function whereText({ where = {}, what }: FaultRule): string {
  if (what.gdap !== undefined) return t('fault.ofItself')
  const { method, path } = where
  const methods = method === undefined ? '' : typeof method === 'string' ? method : method.join(', ')
  const target = path ?? t('fault.anyPath')
  return methods === '' ? target : `${methods} ${target}`
}

/** Of whom. */
export function whoText({ where = {} }: FaultRule): string {
  const { client, tenant } = where
  const all = [client, tenant].filter((part) => part !== undefined)
  return all.length === 0 ? t('fault.anyClient') : all.join(', ')
}

export function oftenText({ times, rate, skip, from, until }: FaultRule): string {
  const parts = [
    rate === undefined ? '' : t('fault.rate', { percent: numberText(Math.round(rate * 1000) / 10) }),
    times === undefined ? '' : t('fault.times', { n: times }),
    skip === undefined ? '' : t('fault.skip', { n: skip }),
    from === undefined ? '' : t('fault.from', { time: from }),
    until === undefined ? '' : t('fault.until', { time: until }),
  ].filter((part) => part !== '')
  return parts.length === 0 ? t('fault.always') : parts.join(', ')
}

export function ruleName(rule: FaultRule): string {
  return `${answerText(rule)}, ${whereText(rule)}`
}
