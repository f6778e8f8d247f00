/** Method, version and address of a request, with completion from the documents of the server; and as whom it is asked. */
import {
  Button,
  Combobox,
  makeStyles,
  Option,
  Popover,
  PopoverSurface,
  PopoverTrigger,
  Select,
  Tooltip,
  tokens,
} from '@fluentui/react-components'
import { useMemo, useState } from 'react'
import type { Method } from '../data/plan.ts'
import { type Acting, useSession } from '../data/session.ts'
import { t } from '../i18n/t.ts'
import { PersonRegular } from '../kit/icons.ts'
import { shownKeys } from '../kit/keys/shortcuts.ts'
import { PeopleChooser } from '../shell/ActingAs.tsx'
import { useDocument } from './document.ts'
import { type Draft, methods, partsOf } from './draft.ts'
import { type ApiVersion, completions, versions } from './paths.ts'

const useStyles = makeStyles({
  root: {
    display: 'flex',
    flexShrink: 0,
    flexWrap: 'wrap',
    gap: tokens.spacingHorizontalS,
    padding: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalL}`,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  address: { flexGrow: 1, flexBasis: '200px', minWidth: '200px' },
  input: { fontFamily: tokens.fontFamilyMonospace, fontSize: tokens.fontSizeBase200 },
  list: { maxHeight: '40vh' },
  surface: { width: '340px', maxWidth: '96vw', maxHeight: '70vh', overflow: 'auto' },
  who: {
    maxWidth: '200px',
    overflow: 'hidden',
    whiteSpace: 'nowrap',
    textOverflow: 'ellipsis',
    // The whole bar in one line beside samples and navigation.
    '@media (min-width: 1024px) and (max-width: 1440px)': { maxWidth: '96px' },
  },
})

interface AddressBarProps {
  readonly draft: Draft
  readonly onDraft: (draft: Draft) => void
  readonly onSend: () => void
  readonly isBusy: boolean
  readonly fault: string | undefined
  readonly acting: Acting | undefined
  readonly onActing: (acting: Acting) => void
}

function As({ acting, onActing }: Pick<AddressBarProps, 'acting' | 'onActing'>) {
  const styles = useStyles()
  const [isOpen, setOpen] = useState(false)
  const name = acting === undefined ? t('acting.nobody') : `${acting.caller.name}, ${acting.tenant.name}`
  return (
    <Popover open={isOpen} onOpenChange={(_, { open }) => setOpen(open)} trapFocus>
      <PopoverTrigger disableButtonEnhancement>
        <Button icon={<PersonRegular />} aria-label={t('explorer.as', { name })}>
          <span className={styles.who}>{name}</span>
        </Button>
      </PopoverTrigger>
      <PopoverSurface className={styles.surface} aria-label={t('acting.title')}>
        <PeopleChooser
          onChoose={(chosen) => {
            onActing(chosen)
            setOpen(false)
          }}
        />
      </PopoverSurface>
    </Popover>
  )
}

export function AddressBar({ draft, onDraft, onSend, isBusy, fault, acting, onActing }: AddressBarProps) {
  const styles = useStyles()
  const { info } = useSession()
  const { data: document } = useDocument(draft.version)
  const { path, method } = draft
  const hits = useMemo(
    () => (document === undefined ? [] : completions(document, path, method)),
    [document, path, method],
  )
  const type = (text: string): void => onDraft({ ...draft, ...(partsOf(text) ?? { path: text }) })
  return (
    <form
      className={styles.root}
      // The list of completions would take the key for itself.
      onKeyDownCapture={(event) => {
        if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
        event.preventDefault()
        event.stopPropagation()
        onSend()
      }}
      onSubmit={(event) => {
        event.preventDefault()
        onSend()
      }}
    >
      <Select
        aria-label={t('explorer.method')}
        value={draft.method}
        onChange={(_, { value }) => onDraft({ ...draft, method: value as Method })}
      >
        {methods.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </Select>
      <Select
        aria-label={t('explorer.version')}
        value={draft.version}
        onChange={(_, { value }) => onDraft({ ...draft, version: value as ApiVersion })}
      >
        {versions.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </Select>
      <Combobox
        freeform
        className={styles.address}
        input={{ className: styles.input, spellCheck: false, autoComplete: 'off' }}
        listbox={{ className: styles.list }}
        aria-label={t('explorer.address')}
        expandIcon={null}
        value={draft.path}
        selectedOptions={[]}
        onInput={(event) => type((event.target as HTMLInputElement).value)}
        onOptionSelect={(_, { optionValue }) => optionValue !== undefined && type(optionValue)}
      >
        {hits.map((hit) => (
          <Option key={hit} value={hit} text={hit}>
            {hit}
          </Option>
        ))}
      </Combobox>
      {info.mode === 'stand-in' && <As acting={acting} onActing={onActing} />}
      <Tooltip content={fault ?? shownKeys('Ctrl+Enter')} relationship="description">
        <Button type="submit" appearance="primary" disabledFocusable={isBusy || fault !== undefined}>
          {t('explorer.send')}
        </Button>
      </Tooltip>
    </form>
  )
}
