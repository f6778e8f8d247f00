/** What a world can be filled with: packs, with what they hold and how long they take, and files. */
import { Button, makeStyles, mergeClasses, ProgressBar, Tooltip, tokens } from '@fluentui/react-components'
import { useEffect, useState } from 'react'
import { useAction } from '../../data/action.ts'
import { maybeWayBack, wayBackMs } from '../../data/back/way-back.ts'
import { queryClient } from '../../data/query.ts'
import { useSession } from '../../data/session.ts'
import { t } from '../../i18n/t.ts'
import { Problem } from '../../kit/Problem.tsx'
import { FileDrop } from '../../kit/parts/FileDrop.tsx'
import { RequestPreview } from '../../kit/RequestPreview.tsx'
import { useShared } from '../../kit/styles.ts'
import { rowsTouched, seedPlan } from '../../shell/worlds/api.ts'

/** Seconds as docs/seeds.md has measured them. */
const packs = [
  { name: 'contoso', seconds: 1 },
  { name: 'empty', seconds: 1 },
  { name: 'msp', seconds: 1 },
  { name: 'msp-9k', seconds: 5 },
  { name: 'taxonomy-30k', seconds: 3 },
  { name: 'taxonomy-1m', seconds: 100, isLarge: true },
] as const

const useStyles = makeStyles({
  packs: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fill, minmax(260px, 1fr))',
    gap: tokens.spacingHorizontalM,
    listStyle: 'none',
    margin: 0,
    padding: 0,
  },
  pack: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS },
  foot: { display: 'flex', alignItems: 'center', justifyContent: 'space-between', marginTop: 'auto' },
  name: { margin: 0, fontSize: tokens.fontSizeBase300 },
})

/** The request tells nothing while it goes on: how long it has taken, beside how long it takes. */
function Progress({ what, seconds }: { readonly what: string; readonly seconds: number | undefined }) {
  const shared = useShared()
  const [passed, setPassed] = useState(0)
  useEffect(() => {
    const began = Date.now()
    const timer = setInterval(() => setPassed((Date.now() - began) / 1000), 250)
    return () => clearInterval(timer)
  }, [])
  const share = seconds === undefined || passed >= seconds ? undefined : passed / seconds
  return (
    <div role="status">
      <div className={mergeClasses(shared.soft, shared.small)}>
        {t('seeds.running', { what, passed: Math.round(passed) })}
      </div>
      <ProgressBar aria-label={t('seeds.progress', { what })} {...(share === undefined ? {} : { value: share })} />
    </div>
  )
}

/** What a file holds, as the body takes it. Throws for JSON that is none. */
async function seedOf(file: File): Promise<unknown> {
  const text = await file.text()
  return file.name.toLowerCase().endsWith('.json') ? (JSON.parse(text) as unknown) : { terms: file.name, text }
}

export function Seeds() {
  const styles = useStyles()
  const shared = useShared()
  const { info, world } = useSession()
  const { problem, once, run, clear } = useAction()
  const [running, setRunning] = useState<{ what: string; seconds: number | undefined } | undefined>()
  const [failure, setFailure] = useState<unknown>()
  const isInMemory = info.store === 'memory' || world !== 'default'
  const add = async (what: string, seconds: number | undefined, seed: () => unknown): Promise<void> => {
    setFailure(undefined)
    setRunning({ what, seconds })
    try {
      const plan = seedPlan(await seed())
      const kept = await maybeWayBack()
      const undo = async (): Promise<void> => {
        await kept?.run()
        await queryClient.invalidateQueries()
      }
      await run(plan, {
        done: t('seeds.added', { what }),
        touches: rowsTouched,
        ...(kept === undefined ? {} : { undo, undoMs: wayBackMs }),
      })
    } catch (error) {
      setFailure(error)
    } finally {
      setRunning(undefined)
    }
  }
  const reasonOf = (isLarge: boolean): string | undefined => {
    if (running !== undefined) return t('seeds.busy', { what: running.what })
    return isLarge && isInMemory ? t('seeds.tooLarge') : undefined
  }
  return (
    <>
      <ul className={styles.packs} aria-label={t('seeds.title')}>
        {packs.map(({ name, seconds, ...more }) => {
          const reason = reasonOf('isLarge' in more)
          return (
            <li key={name} className={mergeClasses(shared.card, styles.pack)}>
              <h3 className={styles.name}>{name}</h3>
              <div className={shared.soft}>{t(`seeds.pack.${name}`)}</div>
              <div className={styles.foot}>
                <Tooltip content={reason ?? t('seeds.addOf', { name })} relationship="description">
                  <Button
                    size="small"
                    disabledFocusable={reason !== undefined}
                    aria-label={t('seeds.addOf', { name })}
                    onClick={() => void once(() => add(name, seconds, () => name))}
                  >
                    {t('seeds.add')}
                  </Button>
                </Tooltip>
                <span className={mergeClasses(shared.soft, shared.small)}>{t('seeds.about', { n: seconds })}</span>
                <RequestPreview plans={() => [seedPlan(name)]} />
              </div>
            </li>
          )
        })}
      </ul>
      {running !== undefined && <Progress key={running.what} {...running} />}
      {problem !== undefined && <Problem error={problem} onClose={clear} />}
      {failure !== undefined && <Problem error={failure} onClose={() => setFailure(undefined)} />}
      <FileDrop
        action={t('seeds.file')}
        text={t('seeds.fileText')}
        accept=".json,.csv,.tsv,.xml,.ttl,.nt,.rdf,.jsonld,.jsonl,.txt"
        reason={running === undefined ? undefined : t('seeds.busy', { what: running.what })}
        onFile={(file) => void once(() => add(file.name, undefined, () => seedOf(file)))}
      />
    </>
  )
}
