/** Export: what, in which format, and what that cannot hold, before the download. */
import {
  Button,
  Checkbox,
  Field,
  MessageBar,
  MessageBarBody,
  makeStyles,
  mergeClasses,
  Radio,
  RadioGroup,
  tokens,
} from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { asProblem } from '../../../data/action.ts'
import { key } from '../../../data/keys.ts'
import { sendRaw } from '../../../data/send.ts'
import { numberText } from '../../../i18n/format.ts'
import { maybeText, t, useLanguage } from '../../../i18n/t.ts'
import { AppLink } from '../../../kit/AppLink.tsx'
import { announce } from '../../../kit/announce.ts'
import { CopyButton } from '../../../kit/CopyId.tsx'
import { ArrowDownloadRegular } from '../../../kit/icons.ts'
import { Loaded } from '../../../kit/Loaded.tsx'
import { PageFrame } from '../../../kit/PageFrame.tsx'
import { Problem } from '../../../kit/Problem.tsx'
import { RequestPreview } from '../../../kit/RequestPreview.tsx'
import { useShared } from '../../../kit/styles.ts'
import { useView, type View } from '../../../kit/view.ts'
import { Choice, PlaceChoice } from '../../fields/Choice.tsx'
import { TermField } from '../../fields/TermField.tsx'
import { type KnownGroups, useGroups, useStoreLanguages } from '../../groups.ts'
import { DropToImport } from '../DropToImport.tsx'
import { download } from '../download.ts'
import { exportCommand, exportFormats, exportRequest, formatIn, type LossKind, lossKinds } from './export-options.ts'

const useStyles = makeStyles({
  columns: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 480px) minmax(0, 560px)',
    gap: tokens.spacingHorizontalXXXL,
    alignItems: 'start',
    '@media (max-width: 1024px)': { gridTemplateColumns: 'minmax(0, 640px)', gap: tokens.spacingVerticalXL },
  },
  form: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalL },
  holds: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200 },
  kinds: { listStyle: 'none', margin: 0, padding: 0 },
  kind: {
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
    paddingBlock: tokens.spacingVerticalXS,
  },
  summary: { cursor: 'pointer', display: 'flex', gap: tokens.spacingHorizontalM },
  count: { minWidth: '72px', textAlign: 'end', fontVariantNumeric: 'tabular-nums' },
  samples: {
    margin: 0,
    paddingBlock: tokens.spacingVerticalXS,
    paddingInlineStart: '108px',
    color: tokens.colorNeutralForeground3,
    fontSize: tokens.fontSizeBase200,
    overflowWrap: 'anywhere',
  },
  line: {
    display: 'flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalS,
    padding: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalM}`,
    backgroundColor: tokens.colorNeutralBackground3,
    borderRadius: tokens.borderRadiusMedium,
  },
  command: { overflowWrap: 'anywhere', flexGrow: 1, minWidth: 0 },
})

function LossLine({ kind: { what, count, samples } }: { readonly kind: LossKind }) {
  const styles = useStyles()
  return (
    <li className={styles.kind}>
      <details>
        <summary className={styles.summary}>
          <span className={styles.count}>{numberText(count)}</span>
          <span>{maybeText(`termexport.loss.${what}`) ?? what}</span>
        </summary>
        <ul className={styles.samples}>
          {samples.map((sample) => (
            <li key={sample}>{sample}</li>
          ))}
          {count > samples.length && <li>{t('termexport.andMore', { n: count - samples.length })}</li>}
        </ul>
      </details>
    </li>
  )
}

function Losses({ view }: { readonly view: View }) {
  const styles = useStyles()
  const shared = useShared()
  const request = exportRequest(view, true)
  const read = useQuery({
    queryKey: key('rows', 'losses', request.path),
    queryFn: async ({ signal }) => lossKinds(await (await sendRaw(request, { signal })).text()),
    retry: false,
  })
  return (
    <section aria-labelledby="losses-title" className={styles.form}>
      <h2 className={shared.paneTitle} id="losses-title">
        {t('termexport.losses')}
      </h2>
      <Loaded read={read} lines={4}>
        {(kinds) =>
          kinds.length === 0 ? (
            <MessageBar intent="success" layout="multiline">
              <MessageBarBody>{t('termexport.lossless')}</MessageBarBody>
            </MessageBar>
          ) : (
            <ul className={styles.kinds}>
              {kinds.map((kind) => (
                <LossLine key={kind.what} kind={kind} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </section>
  )
}

function fileNameOf(view: View, known: KnownGroups): string {
  const name = known.set(view['set'])?.name ?? known.group(view['group'])?.name ?? 'taxonomy'
  return `${name.replace(/[^\p{L}\p{N}]+/gu, '-').toLowerCase()}.${formatIn(view).extension}`
}

function Download({ view, known }: { readonly view: View; readonly known: KnownGroups }) {
  const shared = useShared()
  const styles = useStyles()
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<unknown>()
  const fileName = fileNameOf(view, known)
  const command = exportCommand(view, fileName)
  const run = async (): Promise<void> => {
    const request = exportRequest(view)
    setBusy(true)
    setProblem(undefined)
    try {
      download(await (await sendRaw(request)).blob(), fileName)
      announce(t('termexport.downloaded', { name: fileName }))
    } catch (error) {
      setProblem(asProblem(error, request))
    } finally {
      setBusy(false)
    }
  }
  return (
    <div className={styles.form}>
      {problem !== undefined && <Problem error={problem} onRetry={() => void run()} />}
      <div className={shared.row}>
        <Button
          appearance="primary"
          icon={<ArrowDownloadRegular />}
          disabledFocusable={isBusy}
          onClick={() => !isBusy && void run()}
        >
          {t('termexport.download')}
        </Button>
        <span className={shared.soft}>{fileName}</span>
      </div>
      <div className={styles.line}>
        <code className={mergeClasses(shared.mono, styles.command)}>{command}</code>
        <CopyButton text={command} what={t('termexport.command')} />
      </div>
    </div>
  )
}

export default function ExportPage() {
  useLanguage()
  const styles = useStyles()
  const shared = useShared()
  const { view, set } = useView()
  const known = useGroups()
  const languages = useStoreLanguages()
  const format = formatIn(view)
  return (
    <PageFrame
      title={t('nav.export')}
      trail={<AppLink to="/terms">{t('nav.terms')}</AppLink>}
      tools={<RequestPreview plans={() => [exportRequest(view)]} />}
      isFull
    >
      <DropToImport className={shared.page}>
        <div className={styles.columns}>
          <div className={styles.form}>
            <Field label={t('termexport.what')}>
              <PlaceChoice
                isWide
                label={t('termexport.what')}
                all={t('termexport.everything')}
                known={known}
                group={view['group']}
                set={view['set']}
                onChoose={(place) => set({ group: place.group, set: place.set, term: undefined })}
              />
            </Field>
            {view['set'] !== undefined && (
              <Field label={t('termexport.branch')}>
                <TermField
                  label={t('termexport.branch')}
                  placeholder={t('termexport.wholeSet')}
                  set={view['set']}
                  term={view['term']}
                  onChoose={(term) => set({ term })}
                />
              </Field>
            )}
            <Field label={t('termimport.format')}>
              <RadioGroup value={format.name} onChange={(_, { value }) => set({ format: value })}>
                {exportFormats.map(({ name }) => (
                  <Radio
                    key={name}
                    value={name}
                    label={
                      <>
                        {maybeText(`termexport.format.${name}`)}
                        <br />
                        <span className={styles.holds}>{maybeText(`termexport.holds.${name}`)}</span>
                      </>
                    }
                  />
                ))}
              </RadioGroup>
            </Field>
            {format.hasLanguage === true && (
              <Field label={t('termexport.language')}>
                <Choice
                  isWide
                  label={t('termexport.language')}
                  value={view['lang']}
                  options={[
                    { value: '', text: t('termexport.defaultLanguage', { tag: languages[0] ?? '' }) },
                    ...languages.slice(1).map((value) => ({ value, text: value })),
                  ]}
                  onChoose={(lang) => set({ lang })}
                />
              </Field>
            )}
            {format.hasIds === true && (
              <Checkbox
                label={t('termexport.ids')}
                checked={view['ids'] !== undefined}
                onChange={(_, { checked }) => set({ ids: checked === true ? '1' : undefined })}
              />
            )}
            {format.hasExcelSafe === true && (
              <Checkbox
                label={t('termexport.excelSafe')}
                checked={view['safe'] !== undefined}
                onChange={(_, { checked }) => set({ safe: checked === true ? '1' : undefined })}
              />
            )}
          </div>
          <div className={styles.form}>
            <Losses view={view} />
            <Download view={view} known={known} />
          </div>
        </div>
      </DropToImport>
    </PageFrame>
  )
}
