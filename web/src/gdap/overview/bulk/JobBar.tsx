/** How far the action on many relationships is, each row's result, and how to go on. */
import { Button, makeStyles, ProgressBar, tokens } from '@fluentui/react-components'
import { useEffect, useState } from 'react'
import { takeBack, type Undoable } from '../../../data/back/undo.ts'
import { numberText } from '../../../i18n/format.ts'
import { maybeText, t } from '../../../i18n/t.ts'
import { ArrowUndoRegular } from '../../../kit/icons.ts'
import { Grid } from '../../../kit/parts/Grid.tsx'
import { SidePanel } from '../../../kit/parts/SidePanel.tsx'
import { useShared } from '../../../kit/styles.ts'
import { toast } from '../../../kit/toasts.ts'
import { useGo } from '../../../kit/view.ts'
import { useBar } from './bar.ts'
import {
  closeBulk,
  countIn,
  goOn,
  progressOf,
  type Run,
  type RunRow,
  stopBulk,
  useBack,
  useRun,
  watchRun,
} from './running.ts'

const useStyles = makeStyles({
  fault: { color: tokens.colorStatusDangerForeground3 },
  progress: { flex: '1 1 120px', minWidth: '96px', maxWidth: '360px' },
  grid: { flexGrow: 1, minHeight: '320px' },
})

/** What went wrong comes first. */
const order = ['failed', 'stopped', 'skipped', 'waits', 'done'] as const

function Results({ run, onClose }: { readonly run: Run; readonly onClose: () => void }) {
  const styles = useStyles()
  const go = useGo()
  const rows = [...run.rows].sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state))
  const words = ({ state, message }: RunRow): string =>
    `${maybeText(`gdap.bulk.${state}`) ?? state}${message === undefined ? '' : `. ${message}`}`
  return (
    <SidePanel title={run.title} isOpen onClose={onClose}>
      <div className={styles.grid}>
        <Grid
          label={t('gdap.bulk.rows')}
          rows={rows}
          rowKey={({ id }) => id}
          rowName={({ name }) => name}
          columns={[
            { id: 'name', title: t('gdap.new.name'), width: 'minmax(120px, 2fr)', cell: ({ name }) => name },
            {
              id: 'result',
              title: t('gdap.bulk.outcome'),
              width: 'minmax(160px, 3fr)',
              cell: (row) => (
                <span className={row.state === 'failed' ? styles.fault : ''} title={words(row)}>
                  {words(row)}
                </span>
              ),
            },
          ]}
          onOpen={({ id }) => {
            onClose()
            go(`/gdap/relationships/${id}`)
          }}
        />
      </div>
    </SidePanel>
  )
}

async function undo(back: Undoable): Promise<void> {
  try {
    await takeBack(back)
    toast({ text: t('undo.done', { what: back.words }) })
  } catch (error) {
    toast({ text: t('undo.failed', { why: error instanceof Error ? error.message : String(error) }), kind: 'failed' })
  }
}

export function JobBar() {
  const bar = useBar()
  const styles = useStyles()
  const shared = useShared()
  const [isOpen, setOpen] = useState(false)
  const run = useRun()
  const back = useBack()
  useEffect(watchRun, [])
  if (run === undefined) return null
  const { over, total } = progressOf(run)
  const failed = countIn(run, 'failed')
  const stopped = countIn(run, 'stopped')
  return (
    <section className={bar.root} aria-label={run.title}>
      <div className={shared.row}>
        <strong>{run.title}</strong>
        {run.isRunning ? (
          <>
            <span className={shared.numbers}>
              {t('gdap.bulk.progress', { n: numberText(over), total: numberText(total) })}
            </span>
            <ProgressBar className={styles.progress} aria-label={run.title} value={over} max={Math.max(1, total)} />
            <Button size="small" disabledFocusable={run.job === undefined} onClick={() => void stopBulk()}>
              {t('cancel')}
            </Button>
            <span className={shared.soft}>{t('gdap.bulk.leaving')}</span>
          </>
        ) : (
          <>
            <span>
              {run.isCutOff === true && `${t('gdap.bulk.cutOff')} `}
              {t('gdap.bulk.result', { done: countIn(run, 'done'), failed, skipped: countIn(run, 'skipped') })}
              {stopped > 0 && `, ${t('gdap.bulk.notSent', { n: stopped })}`}
            </span>
            {failed + stopped > 0 && (
              <Button size="small" appearance="primary" onClick={() => void goOn()}>
                {stopped > 0
                  ? t('gdap.bulk.goOn', { n: failed + stopped })
                  : t('gdap.bulk.again', { n: failed + stopped })}
              </Button>
            )}
            {back !== undefined && (
              <Button size="small" icon={<ArrowUndoRegular />} onClick={() => void undo(back)}>
                {t('undo')}
              </Button>
            )}
            <Button size="small" appearance="subtle" onClick={closeBulk}>
              {t('close')}
            </Button>
          </>
        )}
        <Button size="small" onClick={() => setOpen(true)}>
          {t('gdap.bulk.rows')}
        </Button>
      </div>
      {isOpen && <Results run={run} onClose={() => setOpen(false)} />}
    </section>
  )
}
