/** What belongs to a request: body, headers, the permissions that it needs and has, and the request in other languages. */
import { Field, makeStyles, Select, Tab, TabList, Textarea, tokens } from '@fluentui/react-components'
import { type Acting, useSession } from '../data/session.ts'
import { curlOf } from '../data/wire/curl.ts'
import { fullAddress } from '../data/wire/describe.ts'
import { t } from '../i18n/t.ts'
import { CopyButton } from '../kit/CopyId.tsx'
import { useShared } from '../kit/styles.ts'
import { useView } from '../kit/view.ts'
import { type Draft, requestOf } from './draft.ts'
import { Permissions } from './Permissions.tsx'
import { planFor } from './plans.ts'
import { snippetLanguages, snippetOf } from './snippets.ts'

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM, minHeight: '100%' },
  tabs: { marginInline: `-${tokens.spacingHorizontalM}`, overflowX: 'auto', flexShrink: 0 },
  text: {
    width: '100%',
    fontFamily: tokens.fontFamilyMonospace,
    '& textarea': { minHeight: '240px', maxHeight: '60vh' },
  },
  code: {
    margin: 0,
    padding: tokens.spacingHorizontalM,
    backgroundColor: tokens.colorNeutralBackground3,
    borderRadius: tokens.borderRadiusMedium,
    overflow: 'auto',
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
  },
})

interface RequestPaneProps {
  readonly draft: Draft
  readonly onDraft: (draft: Draft) => void
  readonly fault: string | undefined
  readonly acting: Acting | undefined
  readonly onActing: (acting: Acting) => void
}

function Snippets({ draft, acting }: Pick<RequestPaneProps, 'draft' | 'acting'>) {
  const styles = useStyles()
  const shared = useShared()
  const { info, world } = useSession()
  const { view, set } = useView()
  const chosen = view['in'] ?? 'curl'
  const plan = planFor(requestOf(draft), info.mode)
  const language = snippetLanguages.find((name) => name === chosen)
  const text =
    language === undefined
      ? curlOf(plan, undefined, acting)
      : snippetOf(language, {
          method: plan.method,
          address: fullAddress(plan),
          headers: {
            ...(plan.needsToken ? { Authorization: 'Bearer $token' } : {}),
            ...(plan.body === undefined ? {} : { 'Content-Type': 'application/json' }),
            ...(world === 'default' ? {} : { 'relata-world': world }),
            ...plan.headers,
          },
          body: plan.body === undefined ? undefined : JSON.stringify(plan.body),
        })
  return (
    <>
      <div className={shared.row}>
        <Select
          aria-label={t('explorer.snippets.language')}
          value={language ?? 'curl'}
          onChange={(_, { value }) => set({ in: value === 'curl' ? undefined : value })}
        >
          {['curl', ...snippetLanguages].map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </Select>
        <CopyButton text={text} what={language ?? 'curl'} />
      </div>
      <section aria-label={language ?? 'curl'}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys. */}
        <pre className={styles.code} tabIndex={0} data-scrolls>
          {text}
        </pre>
      </section>
    </>
  )
}

export function RequestPane({ draft, onDraft, fault, acting, onActing }: RequestPaneProps) {
  const styles = useStyles()
  const { view, set } = useView()
  const part = view['show'] ?? 'body'
  return (
    <div className={styles.root}>
      <div className={styles.tabs} data-scrolls>
        <TabList
          size="small"
          aria-label={t('explorer.part.request')}
          selectedValue={part}
          onTabSelect={(_, { value }) => set({ show: value === 'body' ? undefined : String(value) })}
        >
          <Tab value="body">{t('explorer.body')}</Tab>
          <Tab value="headers">{t('explorer.headers')}</Tab>
          <Tab value="permissions">{t('explorer.permissions')}</Tab>
          <Tab value="snippets">{t('explorer.snippets')}</Tab>
        </TabList>
      </div>
      {part === 'body' && (
        <Field
          label={t('explorer.body')}
          {...(fault === undefined ? {} : { validationState: 'error', validationMessage: fault })}
        >
          <Textarea
            className={styles.text}
            spellCheck={false}
            resize="vertical"
            value={draft.body}
            onChange={(_, { value }) => onDraft({ ...draft, body: value })}
          />
        </Field>
      )}
      {part === 'headers' && (
        <Field label={t('explorer.headers')} hint={t('explorer.headersHint')}>
          <Textarea
            className={styles.text}
            spellCheck={false}
            resize="vertical"
            value={draft.headers}
            onChange={(_, { value }) => onDraft({ ...draft, headers: value })}
          />
        </Field>
      )}
      {part === 'permissions' && <Permissions draft={draft} acting={acting} onActing={onActing} />}
      {part === 'snippets' && fault === undefined && <Snippets draft={draft} acting={acting} />}
      {part === 'snippets' && fault !== undefined && <div>{fault}</div>}
    </div>
  )
}
