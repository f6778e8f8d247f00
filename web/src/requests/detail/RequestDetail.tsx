/** One request: what came of it and why, the steps it took, and both messages. */
import {
  Button,
  Menu,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
  makeStyles,
  mergeClasses,
  Tab,
  TabList,
  ToggleButton,
  Tooltip,
  tokens,
} from '@fluentui/react-components'
import { useEffect } from 'react'
import { fullTime } from '../../i18n/format.ts'
import { t } from '../../i18n/t.ts'
import { CopyId } from '../../kit/CopyId.tsx'
import {
  ArrowLeftRegular,
  ArrowSwapRegular,
  CheckmarkRegular,
  CopyRegular,
  DismissRegular,
  WindowConsoleRegular,
} from '../../kit/icons.ts'
import { Loaded } from '../../kit/Loaded.tsx'
import { useShared } from '../../kit/styles.ts'
import { useGo, useView } from '../../kit/view.ts'
import { useRequest } from '../api.ts'
import { copyAs, testForms } from '../copy-as.ts'
import { addressOf, beforeIt, endOf, type LoggedDetail, type LoggedRequest, shortAddress, shortIds } from '../entry.ts'
import { MethodText, msText, StatusText } from '../marks.tsx'
import { Again } from '../mend/Again.tsx'
import { Why } from '../mend/Why.tsx'
import { Compare } from './Compare.tsx'
import { bodyText, Message } from './Message.tsx'

const useStyles = makeStyles({
  root: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalL,
    padding: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalXXL} ${tokens.spacingVerticalXXL}`,
    '@media (max-width: 640px)': { padding: tokens.spacingHorizontalL },
  },
  title: { display: 'flex', alignItems: 'baseline', gap: tokens.spacingHorizontalS, flexWrap: 'wrap', margin: 0 },
  address: { overflowWrap: 'anywhere', minWidth: 0, fontWeight: tokens.fontWeightSemibold },
  head: { display: 'flex', alignItems: 'flex-start', gap: tokens.spacingHorizontalS },
  heading: { marginBottom: tokens.spacingVerticalS },
  steps: {
    display: 'flex',
    flexWrap: 'wrap',
    gap: tokens.spacingHorizontalXS,
    listStyle: 'none',
    margin: 0,
    padding: 0,
    '> li': {
      display: 'inline-flex',
      alignItems: 'center',
      gap: '2px',
      padding: `0 ${tokens.spacingHorizontalS}`,
      border: `1px solid ${tokens.colorNeutralStroke2}`,
      borderRadius: tokens.borderRadiusMedium,
    },
  },
  refused: {
    color: tokens.colorStatusDangerForeground3,
    fontWeight: tokens.fontWeightSemibold,
    border: `1px solid ${tokens.colorStatusDangerBorder2} !important`,
  },
  items: { width: '100%', borderCollapse: 'collapse', '& td': { padding: '2px 8px 2px 0', textAlign: 'start' } },
})

function Steps({ steps }: { readonly steps: LoggedDetail['steps'] | undefined }) {
  const styles = useStyles()
  const shared = useShared()
  if (steps === undefined || steps.length === 0) return null
  return (
    <section aria-labelledby="request-steps">
      <h3 id="request-steps" className={mergeClasses(shared.paneTitle, styles.heading)}>
        {t('requests.steps')}
      </h3>
      <ol className={mergeClasses(styles.steps, shared.small)}>
        {steps.map(({ name = '', outcome = '' }) => {
          const isRefused = outcome === 'refused'
          return (
            <li key={name} className={isRefused ? styles.refused : undefined}>
              {isRefused ? <DismissRegular aria-hidden="true" /> : <CheckmarkRegular aria-hidden="true" />}
              <code className={shared.mono}>{name}</code>
              <span className={shared.hidden}>{t(isRefused ? 'requests.step.refused' : 'requests.step.passed')}</span>
            </li>
          )
        })}
      </ol>
    </section>
  )
}

function Items({ requests }: { readonly requests: LoggedDetail['requests'] | undefined }) {
  const styles = useStyles()
  const shared = useShared()
  if (requests === undefined) return null
  return (
    <section aria-labelledby="request-items">
      <h3 id="request-items" className={mergeClasses(shared.paneTitle, styles.heading)}>
        {t('requests.items')}
      </h3>
      <table className={styles.items}>
        <tbody>
          {requests.map(({ id, method, url = '', status, fault }) => (
            <tr key={id}>
              <td className={shared.numbers}>{id}</td>
              <td>
                <MethodText method={method} />
              </td>
              <td className={shared.mono} title={url}>
                {shortIds(url)}
              </td>
              <td>
                <StatusText status={status} /> {fault}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function CopyButtons({ id }: { readonly id: string }) {
  return (
    <>
      <Button icon={<CopyRegular />} onClick={() => void copyAs([id], 'curl')}>
        {t('requests.curl')}
      </Button>
      <Menu>
        <MenuTrigger disableButtonEnhancement>
          <Button icon={<CopyRegular />}>{t('requests.asTest')}</Button>
        </MenuTrigger>
        <MenuPopover>
          <MenuList>
            {testForms.map((form) => (
              <MenuItem key={form} onClick={() => void copyAs([id], form)}>
                {t(`requests.form.${form}`)}
              </MenuItem>
            ))}
          </MenuList>
        </MenuPopover>
      </Menu>
    </>
  )
}

/** Longer ones are too long for an address. */
const mostOfBody = 4000

/** The explorer, filled in. Of a list the body is not known. */
export function explorerAddress({ method = 'GET', path = '', query, ...more }: LoggedRequest | LoggedDetail): string {
  const [, version = 'v1.0', rest = path] = /^\/(v1\.0|beta|_relata)(\/.*)$/i.exec(path) ?? []
  const body = 'request' in more ? (bodyText(more.request ?? {}) ?? '') : ''
  const parameters = new URLSearchParams({
    v: version.toLowerCase(),
    method,
    path: query === undefined ? rest : `${rest}?${query}`,
    ...(body === '' || body.length > mostOfBody ? {} : { body }),
  })
  return `/explorer?${parameters}`
}

interface DetailProps {
  readonly detail: LoggedDetail
  readonly entries: readonly LoggedRequest[]
  readonly onClose: () => void
}

function Tools({ detail, entries }: Pick<DetailProps, 'detail' | 'entries'>) {
  const shared = useShared()
  const go = useGo()
  const { view, set } = useView()
  const { id = '', refusal, fault } = detail
  const before = beforeIt(detail, entries)
  const isComparing = view['compare'] !== undefined
  const compare = (
    <ToggleButton
      icon={<ArrowSwapRegular />}
      checked={isComparing}
      disabledFocusable={before === undefined && !isComparing}
      onClick={() => set({ compare: isComparing ? undefined : before?.id })}
    >
      {t('requests.compare')}
    </ToggleButton>
  )
  return (
    <div className={shared.row}>
      <CopyButtons id={id} />
      {refusal?.layer === undefined && fault === undefined && <Again detail={detail} />}
      <Button icon={<WindowConsoleRegular />} onClick={() => go(explorerAddress(detail))}>
        {t('requests.inExplorer')}
      </Button>
      {before === undefined && !isComparing ? (
        <Tooltip content={t('requests.nothingBefore')} relationship="description">
          {compare}
        </Tooltip>
      ) : (
        compare
      )}
    </div>
  )
}

/** The tab names what is open. */
function useTabTitle(entry: LoggedDetail): void {
  const words = `${entry.method} ${endOf(shortAddress(entry), 40)} ${entry.status}`
  useEffect(() => {
    const before = document.title.replace(/^\(\d+\) /, '')
    document.title = `${words} · ${before}`
    return () => {
      document.title = before
    }
  }, [words])
}

function DetailBody({ detail, entries, onClose }: DetailProps) {
  useTabTitle(detail)
  const styles = useStyles()
  const shared = useShared()
  const { view, set } = useView()
  const { id = '', status, durationMs, dateTime, caller, remote, request = {}, response = {} } = detail
  const part = view['part'] === 'request' ? 'request' : 'answer'
  const compare = view['compare']
  return (
    <div className={styles.root}>
      <div className={styles.head}>
        <Button appearance="subtle" icon={<ArrowLeftRegular />} aria-label={t('requests.back')} onClick={onClose} />
        <div className={shared.grow}>
          <h2 className={mergeClasses(shared.paneTitle, styles.title)} tabIndex={-1} id="request-title">
            <MethodText method={detail.method} />
            <span className={mergeClasses(shared.mono, styles.address)}>{addressOf(detail)}</span>
          </h2>
          <div className={mergeClasses(shared.row, shared.small, shared.soft)}>
            <StatusText status={status} />
            <span>{msText(durationMs)}</span>
            {dateTime !== undefined && <span>{fullTime(dateTime)}</span>}
            {caller?.name !== undefined && <span>{caller.name}</span>}
            {remote !== undefined && <span>{remote}</span>}
            <CopyId id={id} what={t('requests.id')} />
          </div>
        </div>
      </div>
      <Tools detail={detail} entries={entries} />
      <Why detail={detail} />
      {compare !== undefined && (
        <section aria-label={t('requests.compared')}>
          <Compare detail={detail} withId={compare} />
        </section>
      )}
      <Items requests={detail.requests} />
      <Steps steps={detail.steps} />
      <div>
        <TabList
          selectedValue={part}
          onTabSelect={(_, { value }) => set({ part: value === 'request' ? 'request' : undefined })}
        >
          <Tab value="answer">{t('requests.answer')}</Tab>
          <Tab value="request">{t('requests.request')}</Tab>
        </TabList>
        <Message
          key={part}
          message={part === 'request' ? request : response}
          what={t(part === 'request' ? 'requests.requestBody' : 'requests.answerBody')}
        />
      </div>
    </div>
  )
}

export function RequestDetail({ id, ...more }: Omit<DetailProps, 'detail'> & { readonly id: string }) {
  const shared = useShared()
  const read = useRequest(id)
  if (read.data === undefined)
    return (
      <div className={shared.page}>
        <Button appearance="subtle" icon={<ArrowLeftRegular />} onClick={more.onClose}>
          {t('requests.back')}
        </Button>
        <Loaded read={read}>{() => null}</Loaded>
      </div>
    )
  return <DetailBody key={id} detail={read.data} {...more} />
}
