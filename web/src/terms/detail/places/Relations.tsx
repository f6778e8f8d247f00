/** Where a term is: its home at the left, the term, and each place that shows it at the right; the same as a table. */
import {
  Button,
  makeStyles,
  mergeClasses,
  Table,
  TableBody,
  TableCell,
  TableHeader,
  TableHeaderCell,
  TableRow,
  tokens,
} from '@fluentui/react-components'
import { useState } from 'react'
import { t } from '../../../i18n/t.ts'
import { AppLink } from '../../../kit/AppLink.tsx'
import { keepText, keptText } from '../../../kit/kept.ts'
import { Problem } from '../../../kit/Problem.tsx'
import { Skeleton } from '../../../kit/Skeleton.tsx'
import { useShared } from '../../../kit/styles.ts'
import { kindName, type NamedPlace, placeAddress, usePlaces } from './places.ts'
import { RelationDrawing } from './RelationDrawing.tsx'

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM, maxWidth: '1200px' },
  /** Where it is too narrow for the drawing, the table stands in for it. */
  drawing: { '@container (max-width: 640px)': { display: 'none' } },
  tableOnly: { display: 'none', '@container (max-width: 640px)': { display: 'block' } },
  choice: { '@container (max-width: 640px)': { display: 'none' } },
  cell: { overflowWrap: 'anywhere', paddingBlock: tokens.spacingVerticalXS },
})

const storageKey = 'relata.relationsAsTable'

interface RelationsProps {
  readonly termId: string
  readonly name: string
  readonly language: string
  readonly usual: string
}

export function Relations({ termId, name, language, usual }: RelationsProps) {
  const styles = useStyles()
  const [isTable, setTable] = useState(() => keptText('browser', storageKey) === 'yes')
  const { places, error, more, again } = usePlaces(termId, language, usual)
  if (error !== null) return <Problem error={error} onRetry={again} />
  if (places === undefined) return <Skeleton lines={4} />
  return (
    <div className={styles.root}>
      <div className={styles.choice}>
        <Button
          size="small"
          onClick={() => {
            keepText('browser', storageKey, isTable ? 'no' : 'yes')
            setTable(!isTable)
          }}
        >
          {isTable ? t('relations.asDrawing') : t('relations.asTable')}
        </Button>
      </div>
      {isTable ? (
        <PlacesTable places={places} termId={termId} />
      ) : (
        <>
          <div className={styles.drawing}>
            <RelationDrawing termId={termId} name={name} places={places} />
          </div>
          <div className={styles.tableOnly}>
            <PlacesTable places={places} termId={termId} />
          </div>
        </>
      )}
      {more > 0 && <p>{t('relations.more', { n: more })}</p>}
    </div>
  )
}

interface PlacesProps {
  readonly places: readonly NamedPlace[]
  readonly termId: string
}

function PlacesTable({ places, termId }: PlacesProps) {
  const styles = useStyles()
  const shared = useShared()
  return (
    <Table size="small" aria-label={t('relations.title')}>
      <TableHeader>
        <TableRow>
          <TableHeaderCell>{t('relations.set')}</TableHeaderCell>
          <TableHeaderCell>{t('relations.path')}</TableHeaderCell>
          <TableHeaderCell>{t('relations.kind')}</TableHeaderCell>
        </TableRow>
      </TableHeader>
      <TableBody>
        {places.map((place) => (
          <TableRow key={`${place.setId} ${place.trail.join(' ')}`}>
            <TableCell className={styles.cell}>
              <AppLink to={placeAddress(place, termId)}>{place.setName}</AppLink>
            </TableCell>
            <TableCell className={styles.cell}>{place.path.join(' > ')}</TableCell>
            <TableCell className={mergeClasses(styles.cell, shared.soft)}>{kindName(place.kind)}</TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  )
}
