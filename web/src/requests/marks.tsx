/** How methods, statuses, times and durations of requests look. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { fullTime } from '../i18n/format.ts'
import { currentLanguage, t } from '../i18n/t.ts'
import { settings } from '../kit/look/settings.ts'
import { useShared } from '../kit/styles.ts'

const useStyles = makeStyles({
  method: { fontWeight: tokens.fontWeightSemibold },
  POST: { color: tokens.colorPaletteBlueForeground2 },
  PATCH: { color: tokens.colorPaletteGoldForeground2 },
  PUT: { color: tokens.colorPaletteGoldForeground2 },
  DELETE: { color: tokens.colorStatusDangerForeground3 },
  client: { color: tokens.colorStatusWarningForeground2, fontWeight: tokens.fontWeightSemibold },
  usual: { ':global([role="gridcell"]:focus-visible)': { display: 'none' } },
  exact: { display: 'none', ':global([role="gridcell"]:focus-visible)': { display: 'inline' } },
  server: { color: tokens.colorStatusDangerForeground3, fontWeight: tokens.fontWeightSemibold },
})

export function MethodText({ method = '' }: { readonly method: string | undefined }) {
  const styles = useStyles()
  const shared = useShared()
  const colour = method === 'POST' || method === 'PATCH' || method === 'PUT' || method === 'DELETE' ? method : undefined
  return (
    <span className={mergeClasses(shared.mono, styles.method, colour !== undefined && styles[colour])}>{method}</span>
  )
}

/** 0: the connection ended before the answer. */
export function StatusText({ status }: { readonly status: number | undefined }) {
  const styles = useStyles()
  const shared = useShared()
  if (status === undefined) return null
  if (status === 0) return <span className={styles.server}>{t('requests.noAnswer')}</span>
  const colour = status >= 500 ? styles.server : status >= 400 ? styles.client : undefined
  return <span className={mergeClasses(shared.numbers, colour)}>{status}</span>
}

/** Made once for each language: a list draws many at once. */
const formats = new Map<string, Intl.DateTimeFormat | Intl.NumberFormat | Intl.RelativeTimeFormat>()

function made<Format extends Intl.DateTimeFormat | Intl.NumberFormat | Intl.RelativeTimeFormat>(
  name: string,
  make: (language: string) => Format,
): Format {
  const language = currentLanguage()
  const key = `${language} ${name}`
  const known = formats.get(key) ?? make(language)
  formats.set(key, known)
  return known as Format
}

export function msText(ms: number | undefined): string {
  if (ms === undefined) return ''
  const digits = ms < 10 ? 1 : 0
  return t('requests.ms', {
    ms: made(
      `number ${digits}`,
      (language) => new Intl.NumberFormat(language, { maximumFractionDigits: digits }),
    ).format(ms),
  })
}

export function bytesText(bytes: number): string {
  const isSmall = bytes < 1000
  return made(
    `bytes ${isSmall}`,
    (language) =>
      new Intl.NumberFormat(language, {
        style: 'unit',
        unit: isSmall ? 'byte' : 'kilobyte',
        unitDisplay: isSmall ? 'long' : 'short',
        maximumFractionDigits: isSmall ? 0 : 1,
      }),
  ).format(isSmall ? bytes : bytes / 1000)
}

const relativeSteps: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
]

function clockText(instant: string): string {
  return made('clock', (language) => new Intl.DateTimeFormat(language, { timeStyle: 'long' })).format(new Date(instant))
}

/** Short: the log is of today, mostly. It keeps the true time, also where the clock of the rows was moved. */
function timeText(instant: string): string {
  const { dates } = settings()
  const at = new Date(instant)
  if (dates !== 'relative') {
    const zone = dates === 'utc' ? { timeZone: 'UTC' } : {}
    return made(
      `time ${dates}`,
      (language) => new Intl.DateTimeFormat(language, { timeStyle: 'medium', ...zone }),
    ).format(at)
  }
  const difference = Math.min(0, at.getTime() - Date.now())
  const [unit, size] = relativeSteps.find(([, ms]) => -difference >= ms) ?? ['second', 1000]
  return made(
    'relative',
    (language) => new Intl.RelativeTimeFormat(language, { style: 'short', numeric: 'auto' }),
  ).format(Math.trunc(difference / size), unit)
}

/** On the focus of its cell it is exact: a tooltip for each of many rows would cost too much. */
export function TimeCell({ at }: { readonly at: string | undefined }) {
  const styles = useStyles()
  const shared = useShared()
  if (at === undefined) return null
  return (
    <time dateTime={at} title={fullTime(at)} className={mergeClasses(shared.numbers, shared.soft)}>
      <span className={styles.usual}>{timeText(at)}</span>
      <span className={styles.exact}>{clockText(at)}</span>
    </time>
  )
}
