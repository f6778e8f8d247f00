/** The drawing: three columns of links with fixed heights, so that the lines between them need no measuring. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { t } from '../../../i18n/t.ts'
import { AppLink } from '../../../kit/AppLink.tsx'
import { useShared } from '../../../kit/styles.ts'
import { kindName, type NamedPlace, placeAddress } from './places.ts'

const nodeHeight = 60
const gap = 12
const mostNodes = 48

const useStyles = makeStyles({
  root: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr) 56px minmax(0, 0.8fr) 80px minmax(0, 1.2fr)',
    alignItems: 'center',
  },
  column: { display: 'flex', flexDirection: 'column', gap: `${gap}px` },
  node: {
    boxSizing: 'border-box',
    height: `${nodeHeight}px`,
    display: 'flex',
    flexDirection: 'column',
    justifyContent: 'center',
    padding: `0 ${tokens.spacingHorizontalM}`,
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground1,
    minWidth: 0,
  },
  dashed: { border: `1px dashed ${tokens.colorNeutralStroke1}` },
  self: { border: `2px solid ${tokens.colorBrandStroke1}`, textAlign: 'center' },
  line: { stroke: tokens.colorNeutralStrokeAccessible, fill: 'none', strokeWidth: '1.5px' },
  head: { fill: tokens.colorNeutralStrokeAccessible },
  svg: { display: 'block' },
})

interface DrawingProps {
  readonly termId: string
  readonly name: string
  readonly places: readonly NamedPlace[]
}

const dashes: Partial<Record<NamedPlace['kind'], string>> = { reuse: '6 4', mirror: '2 4' }

function middleOf(at: number): number {
  return at * (nodeHeight + gap) + nodeHeight / 2
}

export function RelationDrawing({ termId, name, places }: DrawingProps) {
  const styles = useStyles()
  const shared = useShared()
  const home = places.find(({ kind }) => kind === 'home')
  const others = places.filter(({ kind }) => kind !== 'home')
  const shown = others.slice(0, mostNodes)
  const height = Math.max(1, shown.length) * (nodeHeight + gap) - gap
  const middle = height / 2
  return (
    <div role="group" aria-label={t('relations.drawing', { name })}>
      <div className={styles.root}>
        <div className={styles.column}>
          {home === undefined ? (
            <div className={mergeClasses(styles.node, shared.soft)}>{t('relations.noHome')}</div>
          ) : (
            <Node place={home} termId={termId} />
          )}
        </div>
        <svg className={styles.svg} width="56" height="12" aria-hidden="true">
          <path className={styles.line} d="M0 6 H48" />
          <path className={styles.head} d="M48 1 L56 6 L48 11 Z" />
        </svg>
        <div className={mergeClasses(styles.node, styles.self)}>
          <strong className={shared.ellipsis} title={name}>
            {name}
          </strong>
        </div>
        <svg className={styles.svg} width="80" height={height} aria-hidden="true">
          {shown.map(({ setId, kind, trail }, at) => (
            <g key={`${setId} ${trail.join(' ')}`}>
              <path
                className={styles.line}
                strokeDasharray={dashes[kind]}
                d={`M0 ${middle} C40 ${middle} 32 ${middleOf(at)} 72 ${middleOf(at)}`}
              />
              <path
                className={styles.head}
                d={`M72 ${middleOf(at) - 5} L80 ${middleOf(at)} L72 ${middleOf(at) + 5} Z`}
              />
            </g>
          ))}
        </svg>
        <div className={styles.column}>
          {shown.length === 0 ? (
            <div className={mergeClasses(shared.soft, shared.small)}>{t('relations.nowhereElse')}</div>
          ) : (
            shown.map((place) => <Node key={`${place.setId} ${place.trail.join(' ')}`} place={place} termId={termId} />)
          )}
        </div>
      </div>
      {others.length > shown.length && <p>{t('relations.more', { n: others.length - shown.length })}</p>}
    </div>
  )
}

function Node({ place, termId }: { readonly place: NamedPlace; readonly termId: string }) {
  const styles = useStyles()
  const shared = useShared()
  const trail = place.trail.slice(0, -1).join(' > ')
  return (
    <div className={mergeClasses(styles.node, place.kind === 'reuse' && styles.dashed)}>
      <AppLink to={placeAddress(place, termId)} className={shared.ellipsis} title={trail}>
        {trail}
      </AppLink>
      <span className={mergeClasses(shared.small, shared.soft)}>{kindName(place.kind)}</span>
    </div>
  )
}
