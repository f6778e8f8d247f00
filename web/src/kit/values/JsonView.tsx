/** JSON as people read it: folding, with keys and values told apart, and copied whole. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { type ReactNode, useMemo } from 'react'
import { t } from '../../i18n/t.ts'
import { CopyButton } from '../CopyId.tsx'
import { useShared } from '../styles.ts'

const useStyles = makeStyles({
  root: {
    position: 'relative',
    padding: tokens.spacingHorizontalM,
    backgroundColor: tokens.colorNeutralBackground3,
    borderRadius: tokens.borderRadiusMedium,
    overflow: 'auto',
    maxHeight: '60vh',
  },
  copy: { position: 'sticky', float: 'right', top: 0, right: 0 },
  inner: { paddingLeft: tokens.spacingHorizontalL },
  name: { color: tokens.colorPaletteBlueForeground2 },
  text: { color: tokens.colorPaletteBerryForeground2, overflowWrap: 'anywhere' },
  other: { color: tokens.colorPaletteForestForeground2 },
  line: { display: 'block' },
  summary: { cursor: 'pointer', minHeight: '24px', lineHeight: '24px' },
  link: {
    padding: 0,
    border: 'none',
    background: 'none',
    color: tokens.colorBrandForegroundLink,
    font: 'inherit',
    textAlign: 'start',
    textDecorationLine: 'underline',
    overflowWrap: 'anywhere',
    cursor: 'pointer',
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
})

/** Deeper and longer than that begins folded. */
const openDepth = 3
const openLength = 60

/** What following a text does; undefined: it leads nowhere. `path`: names and places from the root on. */
export type FollowText = (path: readonly (string | number)[], text: string) => (() => void) | undefined

interface ValueProps {
  readonly name: string | undefined
  readonly value: unknown
  readonly path: readonly (string | number)[]
  readonly follow: FollowText | undefined
}

function Value({ name, value, path, follow }: ValueProps): ReactNode {
  const styles = useStyles()
  const label = name === undefined ? null : <span className={styles.name}>{JSON.stringify(name)}: </span>
  if (value === null || typeof value !== 'object') {
    const kind = typeof value === 'string' ? styles.text : styles.other
    const go = typeof value === 'string' ? follow?.(path, value) : undefined
    return (
      <span className={styles.line}>
        {label}
        {go === undefined ? (
          <span className={kind}>{JSON.stringify(value)}</span>
        ) : (
          <button type="button" className={styles.link} onClick={go}>
            {JSON.stringify(value)}
          </button>
        )}
      </span>
    )
  }
  const isList = Array.isArray(value)
  const entries: [string | undefined, unknown][] = isList
    ? value.map((one) => [undefined, one])
    : Object.entries(value as object)
  const [open, close] = isList ? '[]' : '{}'
  if (entries.length === 0)
    return (
      <span className={styles.line}>
        {label}
        {open}
        {close}
      </span>
    )
  return (
    <details open={path.length < openDepth && entries.length <= openLength}>
      <summary className={styles.summary}>
        {label}
        {open} {t('json.entries', { n: entries.length })} {close}
      </summary>
      <div className={styles.inner}>
        {entries.map(([key, one], at) => (
          <Value key={key ?? at} name={key} value={one} path={[...path, key ?? at]} follow={follow} />
        ))}
      </div>
    </details>
  )
}

interface JsonViewProps {
  /** JSON, or another text, which is shown as it is. */
  readonly text: string
  readonly what: string
  readonly follow?: FollowText
}

export function JsonView({ text, what, follow }: JsonViewProps) {
  const styles = useStyles()
  const shared = useShared()
  const parsed = useMemo(() => {
    try {
      return { value: JSON.parse(text) as unknown }
    } catch {
      return undefined
    }
  }, [text])
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys.
    <div className={mergeClasses(styles.root, shared.mono)} role="region" aria-label={what} tabIndex={0}>
      <div className={styles.copy}>
        <CopyButton text={parsed === undefined ? text : JSON.stringify(parsed.value, null, 2)} what={what} />
      </div>
      {parsed === undefined ? text : <Value name={undefined} value={parsed.value} path={[]} follow={follow} />}
    </div>
  )
}
