/** Samples and history at the left, the request at the top, what belongs to it and the answer below. */
import { makeStyles, mergeClasses, Tab, TabList, tokens } from '@fluentui/react-components'
import { useEffect, useRef, useState } from 'react'
import { asProblem } from '../data/action.ts'
import { invalidate } from '../data/invalidate.ts'
import { queryClient } from '../data/query.ts'
import { type Exchange, exchange } from '../data/send.ts'
import { type Acting, useSession } from '../data/session.ts'
import { t } from '../i18n/t.ts'
import { announce } from '../kit/announce.ts'
import { useShortcuts } from '../kit/keys/shortcuts.ts'
import { Problem } from '../kit/Problem.tsx'
import { useView } from '../kit/view.ts'
import { AddressBar } from './AddressBar.tsx'
import { AnswerPane } from './AnswerPane.tsx'
import { bodyFault, type Draft, draftIn, draftOf, firstDraft, requestOf } from './draft.ts'
import { useFacts } from './facts.ts'
import { pastRequests, remember } from './history.ts'
import { planFor } from './plans.ts'
import { RequestPane } from './RequestPane.tsx'
import { SamplesPane } from './SamplesPane.tsx'
import type { Request } from './samples.ts'

const wide = '@media (min-width: 1024px)'

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', height: '100%', minHeight: 0, [wide]: { flexDirection: 'row' } },
  switch: { flexShrink: 0, overflowX: 'auto', [wide]: { display: 'none' } },
  samples: {
    overflow: 'auto',
    [wide]: {
      width: '264px',
      flexShrink: 0,
      borderRight: `1px solid ${tokens.colorNeutralStroke2}`,
    },
  },
  main: { display: 'flex', flexDirection: 'column', flexGrow: 1, minWidth: 0, minHeight: 0 },
  panes: { display: 'flex', flexGrow: 1, minHeight: 0, flexDirection: 'column', [wide]: { flexDirection: 'row' } },
  pane: {
    flexGrow: 1,
    flexBasis: 0,
    minWidth: 0,
    overflow: 'auto',
    padding: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalL}`,
  },
  right: { [wide]: { borderLeft: `1px solid ${tokens.colorNeutralStroke2}` } },
  // Below that width one of three is shown.
  away: { display: 'none', [wide]: { display: 'block' } },
  awayMain: { display: 'none', [wide]: { display: 'flex' } },
})

export interface Answered {
  readonly request: Request
  readonly answer: Exchange
}

type Part = 'request' | 'answer' | 'samples'

export function Runner() {
  const styles = useStyles()
  const { view, set, push } = useView()
  const session = useSession()
  const [acting, setActing] = useState<Acting | undefined>()
  const asked = acting ?? session.acting
  const [draft, setDraft] = useState<Draft>(() => draftIn(view) ?? firstDraft)
  const [answered, setAnswered] = useState<Answered | undefined>()
  const [failed, setFailed] = useState<unknown>()
  const [isBusy, setBusy] = useState(false)
  const [past, setPast] = useState(pastRequests)
  const [part, setPart] = useState<Part>('request')
  const running = useRef<AbortController | undefined>(undefined)
  const facts = useFacts(asked)
  const fault = bodyFault(draft)

  const send = async (request: Request): Promise<void> => {
    running.current?.abort()
    const abort = new AbortController()
    running.current = abort
    const plan = planFor(request, session.info.mode)
    setBusy(true)
    setFailed(undefined)
    try {
      const answer = await exchange(plan, { signal: abort.signal, ...(asked === undefined ? {} : { acting: asked }) })
      setAnswered({ request, answer })
      setPast(remember({ ...request, status: answer.status, at: new Date().toISOString() }))
      setPart('answer')
      announce(t('explorer.answered', { status: answer.status, ms: Math.round(answer.ms) }))
      if (request.method !== 'GET' && answer.status < 300) invalidate(queryClient, ['relata.gap'])
    } catch (error) {
      if (abort.signal.aborted) return
      setFailed(asProblem(error, plan))
    } finally {
      if (running.current === abort) setBusy(false)
    }
  }
  const addressOf = ({ path, method, version }: Pick<Draft, 'path' | 'method' | 'version'>) => ({
    path,
    method,
    v: version,
  })
  const sendDraft = (): void => {
    if (fault !== undefined) {
      announce(fault, 'assertive')
      return
    }
    set(addressOf(draft))
    void send(requestOf(draft))
  }
  /** A link in the answer: a step that Back takes back. */
  const follow = (request: Request): void => {
    setDraft(draftOf(request))
    push(addressOf(draftOf(request)))
    void send(request)
  }
  const take = (request: Request): void => {
    setDraft(draftOf(request))
    set(addressOf(draftOf(request)))
    setPart('request')
  }
  // Back and forward.
  const { path, method, v } = view
  useEffect(() => {
    const there = draftIn({ path, method, v })
    if (there !== undefined)
      setDraft((before) =>
        before.path === there.path && before.method === there.method && before.version === there.version
          ? before
          : there,
      )
  }, [path, method, v])
  useShortcuts([{ keys: 'Ctrl+Enter', words: t('explorer.send'), inText: true, run: sendDraft }])
  const away = (name: Part): string | false => part !== name && styles.away
  return (
    <div className={styles.root}>
      <div className={styles.switch} data-scrolls>
        <TabList
          size="small"
          aria-label={t('explorer.parts')}
          selectedValue={part}
          onTabSelect={(_, { value }) => setPart(value as Part)}
        >
          <Tab value="request">{t('explorer.part.request')}</Tab>
          <Tab value="answer">{t('explorer.part.answer')}</Tab>
          <Tab value="samples">{t('explorer.part.samples')}</Tab>
        </TabList>
      </div>
      <div className={mergeClasses(styles.samples, away('samples'))}>
        <SamplesPane facts={facts} past={past} onTake={take} />
      </div>
      <div className={mergeClasses(styles.main, part === 'samples' && styles.awayMain)}>
        <AddressBar
          draft={draft}
          onDraft={setDraft}
          onSend={sendDraft}
          isBusy={isBusy}
          fault={fault}
          acting={asked}
          onActing={setActing}
        />
        <div className={styles.panes}>
          <section className={mergeClasses(styles.pane, away('request'))} aria-label={t('explorer.part.request')}>
            <RequestPane draft={draft} onDraft={setDraft} fault={fault} acting={asked} onActing={setActing} />
          </section>
          <section
            className={mergeClasses(styles.pane, styles.right, away('answer'))}
            aria-label={t('explorer.part.answer')}
          >
            {failed !== undefined && <Problem error={failed} />}
            <AnswerPane answered={answered} isBusy={isBusy} onFollow={follow} />
          </section>
        </div>
      </div>
    </div>
  )
}
