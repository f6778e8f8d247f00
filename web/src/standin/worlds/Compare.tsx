/** How many rows each table has, in a snapshot and in another, or in the world as it is. */
import { Checkbox, Field, makeStyles, mergeClasses, Select, tokens } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { keepWayBack } from '../../data/back/way-back.ts'
import { key } from '../../data/keys.ts'
import { ask } from '../../data/send.ts'
import { useSession } from '../../data/session.ts'
import { numberText } from '../../i18n/format.ts'
import { maybeText, t } from '../../i18n/t.ts'
import { Loaded } from '../../kit/Loaded.tsx'
import { SidePanel } from '../../kit/parts/SidePanel.tsx'
import { useShared } from '../../kit/styles.ts'
import { forgetPlan, type Manifest, snapshotsPlan } from '../../shell/worlds/api.ts'
import { comparedRows, differing } from './compare.ts'

const useStyles = makeStyles({
  table: { borderCollapse: 'collapse', width: '100%', fontVariantNumeric: 'tabular-nums' },
  cell: {
    padding: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalS}`,
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
    textAlign: 'end',
  },
  name: { textAlign: 'start', fontWeight: tokens.fontWeightRegular, overflowWrap: 'anywhere' },
  changed: { fontWeight: tokens.fontWeightSemibold },
})

/** The counts of the world as it is: those of a snapshot that is kept for the moment only. */
async function countsNow(): Promise<Manifest> {
  const { name } = await keepWayBack()
  const { value } = await ask(snapshotsPlan)
  void ask(forgetPlan(name)).catch(() => undefined)
  const found = value.find((one) => one.name === name)
  if (found === undefined) throw new Error(name)
  return found
}

/** Words for the tables that people know; the others by their names. */
function tableText(table: string): string {
  return maybeText(`snapshots.table.${table}`) ?? table
}

function Counts({ before, after }: { readonly before: Manifest; readonly after: Manifest }) {
  const styles = useStyles()
  const shared = useShared()
  const [isAll, setAll] = useState(false)
  const tables = comparedRows(before.rows, after.rows)
  const shown = isAll ? tables : differing(tables)
  const signed = (n: number): string => (n > 0 ? `+${numberText(n)}` : numberText(n))
  return (
    <>
      <Checkbox
        label={t('snapshots.compare.all')}
        checked={isAll}
        onChange={(_, { checked }) => setAll(checked === true)}
      />
      {shown.length === 0 ? (
        <div className={shared.soft}>{t('snapshots.compare.same')}</div>
      ) : (
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col" className={mergeClasses(styles.cell, styles.name)}>
                {t('snapshots.compare.table')}
              </th>
              <th scope="col" className={styles.cell}>
                {t('snapshots.compare.before')}
              </th>
              <th scope="col" className={styles.cell}>
                {t('snapshots.compare.after')}
              </th>
              <th scope="col" className={styles.cell}>
                {t('snapshots.compare.change')}
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map(({ table, before: from, after: to }) => (
              <tr key={table}>
                <th scope="row" className={mergeClasses(styles.cell, styles.name)} title={table}>
                  {tableText(table)}
                </th>
                <td className={styles.cell}>{numberText(from)}</td>
                <td className={styles.cell}>{numberText(to)}</td>
                <td className={mergeClasses(styles.cell, to !== from && styles.changed)}>{signed(to - from)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  )
}

interface CompareProps {
  readonly manifest: Manifest | undefined
  readonly all: readonly Manifest[]
  readonly onClose: () => void
}

const worldItself = ''

export function Compare({ manifest, all, onClose }: CompareProps) {
  const { world } = useSession()
  const [other, setOther] = useState(worldItself)
  const now = useQuery({
    queryKey: key('snapshots', 'counts now', manifest?.name),
    queryFn: countsNow,
    enabled: manifest !== undefined && other === worldItself,
    staleTime: 0,
    gcTime: 0,
  })
  const chosen = all.find(({ name }) => name === other)
  return (
    <SidePanel
      title={t('snapshots.compare', { name: manifest?.name ?? '' })}
      isOpen={manifest !== undefined}
      onClose={onClose}
    >
      <Field label={t('snapshots.compare.with')}>
        <Select value={other} onChange={(_, { value }) => setOther(value)}>
          <option value={worldItself}>{t('snapshots.compare.now', { world })}</option>
          {all
            .filter(({ name }) => name !== manifest?.name)
            .map(({ name }) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
        </Select>
      </Field>
      {manifest !== undefined &&
        (chosen === undefined ? (
          <Loaded read={now}>{(after) => <Counts before={manifest} after={after} />}</Loaded>
        ) : (
          <Counts before={manifest} after={chosen} />
        ))}
    </SidePanel>
  )
}
