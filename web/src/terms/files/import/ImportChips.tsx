/** How the file is read and where it goes, each as a chip; what nobody chose is as the file looks. */

import { Button, makeStyles, tokens } from '@fluentui/react-components'
import { useEffect, useRef, useState } from 'react'
import { maybeText, t } from '../../../i18n/t.ts'
import { DismissRegular, DocumentRegular } from '../../../kit/icons.ts'
import type { View } from '../../../kit/view.ts'
import { FreeChoice } from '../../fields/FreeChoice.tsx'
import { TermField } from '../../fields/TermField.tsx'
import { type KnownGroups, useStoreLanguages } from '../../groups.ts'
import { usePageStyles } from '../../pageStyles.ts'
import { putFile } from '../pending.ts'
import { Chip, ManyChip } from './Chip.tsx'
import { delimiters, encodings, type ImportOption, matchKeys, orders, readFormats, repairs } from './import-options.ts'
import { type Need, needId } from './need.ts'

const useStyles = makeStyles({
  file: { fontWeight: tokens.fontWeightSemibold, maxWidth: '100%' },
  name: { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
})

export function formatText(name: string | undefined): string {
  return maybeText(`termexport.format.${name}`) ?? maybeText(`termimport.format.${name}`) ?? name ?? ''
}

interface ImportChipsProps {
  readonly file: File
  readonly view: View
  readonly known: KnownGroups
  /** As the server has read it. */
  readonly format: string | undefined
  /** The field without which there is no plan. */
  readonly need: Need | undefined
  readonly onChange: (change: View) => void
}

const usual = (text: string) => ({ value: '', text })

type MoreProps = Pick<ImportChipsProps, 'view' | 'onChange'> & {
  readonly hasDelimiter: boolean
  readonly isOpen: boolean
}

/** What is seldom needed: folded, but for what is chosen. */
function MoreChips({ view, hasDelimiter, isOpen, onChange }: MoreProps) {
  const languages = useStoreLanguages()
  const fix = view['fix']?.split(',').filter((one) => one !== '') ?? []
  const isShown = (name: ImportOption): boolean => isOpen || (view[name] ?? '') !== ''
  return (
    <>
      {isShown('encoding') && (
        <Chip
          label={t('termimport.encoding')}
          value={view['encoding']}
          options={[usual(t('termimport.guess')), ...encodings.map((value) => ({ value, text: value.toUpperCase() }))]}
          onChoose={(value) => onChange({ encoding: value })}
        />
      )}
      {hasDelimiter && isShown('delimiter') && (
        <Chip
          label={t('termimport.delimiter')}
          value={view['delimiter']}
          options={[
            usual(t('termimport.guess')),
            ...delimiters.map((value) => ({ value, text: value === '\t' ? t('termimport.tab') : value })),
          ]}
          onChoose={(value) => onChange({ delimiter: value })}
        />
      )}
      {isShown('defaultLanguage') && (
        <Chip
          label={t('termimport.language')}
          value={view['defaultLanguage']}
          options={[usual(t('termimport.languageOfFile')), ...languages.map((value) => ({ value, text: value }))]}
          onChoose={(value) => onChange({ defaultLanguage: value })}
        />
      )}
      {isShown('addLanguages') && (
        <Chip
          label={t('termimport.newLanguages')}
          value={view['addLanguages']}
          options={[
            usual(t('termimport.newLanguages.refuse')),
            { value: 'true', text: t('termimport.newLanguages.add') },
          ]}
          onChoose={(value) => onChange({ addLanguages: value })}
        />
      )}
      {isShown('match') && (
        <Chip
          label={t('termimport.match')}
          value={view['match']}
          options={[
            usual(t('termimport.match.both')),
            ...matchKeys.map((value) => ({ value, text: maybeText(`termimport.match.${value}`) ?? value })),
          ]}
          onChoose={(value) => onChange({ match: value })}
        />
      )}
      {isShown('order') && (
        <Chip
          label={t('termimport.order')}
          value={view['order']}
          options={[
            usual(t('termimport.order.stated')),
            ...orders.map((value) => ({ value, text: maybeText(`termimport.order.${value}`) ?? value })),
          ]}
          onChoose={(value) => onChange({ order: value })}
        />
      )}
      {isShown('missing') && (
        <Chip
          label={t('termimport.missing')}
          value={view['missing']}
          options={['', 'deprecate', 'delete'].map((value) => ({
            value,
            text: maybeText(`termimport.missing.${value === '' ? 'keep' : value}`) ?? value,
          }))}
          onChoose={(value) => onChange({ missing: value, maxMissing: undefined })}
        />
      )}
      {isShown('fix') && (
        <ManyChip
          label={t('termimport.fix')}
          none={t('termimport.fix.none')}
          values={fix}
          options={repairs.map((value) => ({ value, text: maybeText(`termimport.fix.${value}`) ?? value }))}
          onChoose={(values) => onChange({ fix: values.length === 0 ? undefined : values.join(',') })}
        />
      )}
    </>
  )
}

/** The focus goes to the field that is needed, once for each file. */
function useLed(file: File, need: Need | undefined) {
  const ref = useRef<HTMLDivElement>(null)
  const led = useRef<{ readonly file: File; readonly need: Need } | undefined>(undefined)
  useEffect(() => {
    if (need === undefined || (led.current?.file === file && led.current.need === need)) return
    led.current = { file, need }
    ref.current?.querySelector<HTMLElement>(`[aria-describedby~="${needId}"]`)?.focus()
  }, [file, need])
  return ref
}

export function ImportChips({ file, view, known, format, need, onChange }: ImportChipsProps) {
  const styles = useStyles()
  const page = usePageStyles()
  const [isOpen, setOpen] = useState(false)
  const ref = useLed(file, need)
  const shownFormat = view['format'] ?? format
  const hasDelimiter = shownFormat === undefined || /csv|text/.test(shownFormat)
  const inGroup = known.groups.find(({ name, id }) => name === view['group'] || id === view['group'])
  const setId = known.groups
    .filter((one) => inGroup === undefined || one === inGroup)
    .flatMap(({ sets }) => sets)
    .find(({ id, name }) => id === view['set'] || name === view['set'])?.id
  return (
    <div className={page.chips} ref={ref}>
      <FreeChoice
        size="small"
        label={t('termimport.group')}
        newText={(name) => t('termimport.newGroup', { name })}
        faultId={need === 'group' ? needId : undefined}
        placeholder={t('termimport.group')}
        value={known.group(view['group'])?.name ?? view['group'] ?? ''}
        options={known.groups.filter(({ isSystem }) => !isSystem).map(({ name }) => name)}
        onChoose={(group) => onChange({ group, under: undefined })}
      />
      <FreeChoice
        size="small"
        label={t('termimport.set')}
        newText={(name) => t('termimport.newSet', { name })}
        placeholder={t('termimport.setOfFile')}
        value={known.set(view['set'])?.name ?? view['set'] ?? ''}
        options={(inGroup === undefined ? known.groups : [inGroup]).flatMap(({ isSystem, sets }) =>
          isSystem ? [] : sets.map(({ name }) => name),
        )}
        onChoose={(set) => onChange({ set, under: undefined })}
      />
      {setId !== undefined && (
        <TermField
          size="small"
          label={t('termimport.under')}
          placeholder={t('termimport.underRoot')}
          set={setId}
          term={view['under']}
          onChoose={(under) => onChange({ under })}
        />
      )}
      <Chip
        label={t('termimport.format')}
        faultId={need === 'format' ? needId : undefined}
        guessed={format === undefined || format === 'unknown' ? undefined : formatText(format)}
        value={view['format']}
        options={[usual(t('termimport.guess')), ...readFormats.map((value) => ({ value, text: formatText(value) }))]}
        onChoose={(value) => onChange({ format: value })}
      />
      <MoreChips view={view} hasDelimiter={hasDelimiter} isOpen={isOpen} onChange={onChange} />
      <Button size="small" appearance="subtle" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {t(isOpen ? 'termimport.fewerOptions' : 'termimport.moreOptions')}
      </Button>
      <Button
        className={styles.file}
        size="small"
        shape="circular"
        appearance="outline"
        icon={<DocumentRegular />}
        aria-label={t('termimport.otherFile', { name: file.name })}
        onClick={() => putFile(undefined)}
      >
        <span className={styles.name}>{file.name}</span>&nbsp;
        <DismissRegular />
      </Button>
    </div>
  )
}
