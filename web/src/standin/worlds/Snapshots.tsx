/** Snapshots: kept, loaded, compared, taken out as files and in again. */
import { Button, Field, Input, makeStyles, mergeClasses, Tooltip, tokens } from '@fluentui/react-components'
import { useState } from 'react'
import { act, useAction } from '../../data/action.ts'
import { maybeWayBack, wayBackMs } from '../../data/back/way-back.ts'
import { queryClient } from '../../data/query.ts'
import { send } from '../../data/send.ts'
import { momentText, numberText } from '../../i18n/format.ts'
import { currentLanguage, t } from '../../i18n/t.ts'
import { Empty } from '../../kit/Empty.tsx'
import { ArrowDownloadRegular, ArrowSwapRegular, CameraRegular, DeleteRegular } from '../../kit/icons.ts'
import { Loaded } from '../../kit/Loaded.tsx'
import { Problem } from '../../kit/Problem.tsx'
import { FileDrop, saveFile } from '../../kit/parts/FileDrop.tsx'
import { RequestPreview } from '../../kit/RequestPreview.tsx'
import { useShared } from '../../kit/styles.ts'
import { TimeText } from '../../kit/TimeText.tsx'
import {
  filePlan,
  forgetPlan,
  loadPlan,
  type Manifest,
  nameFrom,
  rowsTouched,
  savePlan,
  snapshotsTouched,
  takeFilePlan,
  useSnapshots,
} from '../../shell/worlds/api.ts'
import { Compare } from './Compare.tsx'
import { sizeOf } from './compare.ts'
import { useRows } from './rows.ts'

const useStyles = makeStyles({
  fields: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalM, alignItems: 'flex-end' },
})

function sizeText(bytes: number): string {
  const { value, unit } = sizeOf(bytes)
  return new Intl.NumberFormat(currentLanguage(), { style: 'unit', unit }).format(value)
}

/** As the server names the file. */
function nameOfFile(headers: Headers): string {
  return /filename="([^"]+)"/.exec(headers.get('content-disposition') ?? '')?.[1] ?? 'world.tar.gz'
}

async function download(snapshot?: string): Promise<void> {
  const { body, headers } = await send(filePlan(snapshot))
  saveFile(nameOfFile(headers), body)
}

function SnapshotRow({ manifest, onCompare }: { readonly manifest: Manifest; readonly onCompare: () => void }) {
  const rows = useRows()
  const shared = useShared()
  const { isBusy, problem, once, run, clear } = useAction()
  const { name, world, createdDateTime, clock, bytes, rows: counts } = manifest
  const load = async (): Promise<void> => {
    const kept = await maybeWayBack()
    const undo = async (): Promise<void> => {
      await kept?.run()
      await queryClient.invalidateQueries()
    }
    await run(loadPlan(name), {
      done: t('snapshots.loaded', { name }),
      touches: rowsTouched,
      ...(kept === undefined ? {} : { undo, undoMs: wayBackMs }),
    })
  }
  const forget = async (): Promise<void> => {
    const file = await run(filePlan(name))
    if (file === undefined) return
    const undo = () => act(takeFilePlan(file.body, name), { touches: snapshotsTouched })
    await run(forgetPlan(name), { done: t('snapshots.removed', { name }), touches: snapshotsTouched, undo })
  }
  const total = Object.values(counts).reduce((sum, n) => sum + n, 0)
  return (
    <li>
      <div className={mergeClasses(rows.row, rows.five)}>
        <span className={rows.strong}>{name}</span>
        <span className={shared.numbers}>
          {t('snapshots.terms', { n: counts['term_store_term'] ?? 0 })}
          <div className={mergeClasses(shared.soft, shared.small)}>
            {t('snapshots.size', { rows: numberText(total), size: sizeText(bytes) })}
          </div>
        </span>
        <span className={shared.soft}>
          {t('snapshots.of', { world })} <TimeText at={createdDateTime} />
        </span>
        <span className={mergeClasses(shared.soft, shared.numbers)}>
          {t('snapshots.clock', { time: momentText(clock.now) })}
        </span>
        <span className={mergeClasses(shared.row, rows.tools)}>
          <Button
            size="small"
            disabledFocusable={isBusy}
            aria-label={t('snapshots.loadOf', { name })}
            onClick={() => void once(load)}
          >
            {t('snapshots.load')}
          </Button>
          <Tooltip content={t('snapshots.compareOf', { name })} relationship="label">
            <Button size="small" appearance="subtle" icon={<ArrowSwapRegular />} onClick={onCompare} />
          </Tooltip>
          <Tooltip content={t('snapshots.downloadOf', { name })} relationship="label">
            <Button
              size="small"
              appearance="subtle"
              icon={<ArrowDownloadRegular />}
              onClick={() => void download(name)}
            />
          </Tooltip>
          <Tooltip content={t('snapshots.removeOf', { name })} relationship="label">
            <Button
              size="small"
              appearance="subtle"
              icon={<DeleteRegular />}
              disabledFocusable={isBusy}
              onClick={() => void once(forget)}
            />
          </Tooltip>
        </span>
      </div>
      {problem !== undefined && <Problem error={problem} onClose={clear} />}
    </li>
  )
}

function Save({ known }: { readonly known: ReadonlySet<string> }) {
  const styles = useStyles()
  const shared = useShared()
  const { isBusy, problem, once, run, clear } = useAction()
  const [name, setName] = useState('')
  const isKnown = known.has(name)
  const plan = savePlan(name === '' ? 'before-merge' : name, isKnown)
  const save = async (): Promise<void> => {
    const old = isKnown ? await run(filePlan(name)) : undefined
    const undo = () =>
      act(old === undefined ? forgetPlan(name) : takeFilePlan(old.body, name), { touches: snapshotsTouched })
    const sent = await run(plan, { done: t('snapshots.saved', { name }), touches: snapshotsTouched, undo })
    if (sent !== undefined) setName('')
  }
  return (
    <>
      <form
        className={styles.fields}
        onSubmit={(event) => {
          event.preventDefault()
          if (name !== '') void once(save)
        }}
      >
        <Field label={t('snapshots.name')} {...(isKnown ? { hint: t('snapshots.replaces') } : {})}>
          <Input value={name} placeholder="before-merge" onChange={(_, { value }) => setName(nameFrom(value, '_.'))} />
        </Field>
        <span className={shared.row}>
          <Button type="submit" icon={<CameraRegular />} disabledFocusable={isBusy || name === ''}>
            {t(isKnown ? 'snapshots.replace' : 'snapshots.save')}
          </Button>
          <Button icon={<ArrowDownloadRegular />} onClick={() => void download()}>
            {t('snapshots.downloadWorld')}
          </Button>
          <RequestPreview plans={() => [plan, filePlan()]} />
        </span>
      </form>
      {problem !== undefined && <Problem error={problem} onClose={clear} />}
    </>
  )
}

function TakeFile({ known }: { readonly known: ReadonlySet<string> }) {
  const { isBusy, problem, once, run, clear } = useAction()
  const take = async (file: File): Promise<void> => {
    const wanted = nameFrom(file.name.replace(/\.(?:tar\.gz|tgz|gz)$/i, ''), '_.') || 'file'
    let name = wanted
    for (let n = 2; known.has(name); n += 1) name = `${wanted.slice(0, 58)}-${n}`
    const undo = () => act(forgetPlan(name), { touches: snapshotsTouched })
    await run(takeFilePlan(file, name), { done: t('snapshots.taken', { name }), touches: snapshotsTouched, undo })
  }
  return (
    <>
      <FileDrop
        action={t('snapshots.take')}
        text={t('snapshots.takeText')}
        accept=".gz,.tgz,application/gzip"
        reason={isBusy ? t('snapshots.taking') : undefined}
        onFile={(file) => void once(() => take(file))}
      />
      {problem !== undefined && <Problem error={problem} onClose={clear} />}
    </>
  )
}

export function Snapshots() {
  const rows = useRows()
  const read = useSnapshots()
  const [compared, setCompared] = useState<Manifest | undefined>()
  return (
    <Loaded read={read}>
      {({ value }) => {
        const known = new Set(value.map(({ name }) => name))
        return (
          <>
            {value.length === 0 ? (
              <Empty text={t('snapshots.none')} command="relata snapshot save before-merge" />
            ) : (
              <ul className={rows.list} aria-label={t('snapshots.title')}>
                {value.map((manifest) => (
                  <SnapshotRow key={manifest.name} manifest={manifest} onCompare={() => setCompared(manifest)} />
                ))}
              </ul>
            )}
            <Save known={known} />
            <TakeFile known={known} />
            <Compare manifest={compared} all={value} onClose={() => setCompared(undefined)} />
          </>
        )
      }}
    </Loaded>
  )
}
