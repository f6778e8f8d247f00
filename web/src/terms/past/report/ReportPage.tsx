/** Problems of the taxonomy, by gravity and set, each with the place where it is mended. */
import { Button, mergeClasses, ToggleButton } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { useDeferredValue, useMemo } from 'react'
import { key } from '../../../data/keys.ts'
import { sendRaw } from '../../../data/send.ts'
import { instantText, numberText } from '../../../i18n/format.ts'
import { maybeText, t, useLanguage } from '../../../i18n/t.ts'
import { AppLink } from '../../../kit/AppLink.tsx'
import { useCopy } from '../../../kit/CopyId.tsx'
import { Empty } from '../../../kit/Empty.tsx'
import {
  ArrowClockwiseRegular,
  CopyRegular,
  ErrorCircleRegular,
  InfoRegular,
  WarningRegular,
} from '../../../kit/icons.ts'
import { PageFrame } from '../../../kit/PageFrame.tsx'
import { Problem } from '../../../kit/Problem.tsx'
import { Grid, type GridColumn } from '../../../kit/parts/Grid.tsx'
import { RequestPreview } from '../../../kit/RequestPreview.tsx'
import { Skeleton } from '../../../kit/Skeleton.tsx'
import { useShared } from '../../../kit/styles.ts'
import { toast } from '../../../kit/toasts.ts'
import { useGo, useView } from '../../../kit/view.ts'
import { Choice, PlaceChoice } from '../../fields/Choice.tsx'
import { FindField } from '../../fields/FindField.tsx'
import { useGroups } from '../../groups.ts'
import { usePageStyles } from '../../pageStyles.ts'
import { PastTabs } from '../PastTabs.tsx'
import {
  ciStep,
  type FoundProblem,
  findingsIn,
  type Gravity,
  gravities,
  isShown,
  mendAddress,
  validateRequest,
} from './findings.ts'

const icons = { error: ErrorCircleRegular, warning: WarningRegular, info: InfoRegular } as const

function GravityIcon({ gravity }: { readonly gravity: Gravity }) {
  const page = usePageStyles()
  const shared = useShared()
  const Icon = icons[gravity]
  const colour = gravity === 'error' ? page.danger : gravity === 'warning' ? page.warning : shared.soft
  return (
    <span className={colour} role="img" aria-label={maybeText(`termreport.gravity.${gravity}`)}>
      <Icon style={{ fontSize: '16px', verticalAlign: 'text-bottom' }} />
    </span>
  )
}

export function ruleText(rule: string): string {
  return maybeText(`termreport.rule.${rule}`) ?? rule
}

function MendLink({ found }: { readonly found: FoundProblem }) {
  const page = usePageStyles()
  return (
    <AppLink to={mendAddress(found)} className={page.target} {...(found.fix === undefined ? {} : { title: found.fix })}>
      {t('termreport.mend')}
    </AppLink>
  )
}

function shownPath({ path }: FoundProblem): string {
  return path.replaceAll('/', ' › ')
}

function columnsOf(): readonly GridColumn<FoundProblem>[] {
  return [
    {
      id: 'rule',
      title: t('termreport.rule'),
      width: 'minmax(220px, 2fr)',
      cell: (found) => (
        <>
          <GravityIcon gravity={found.severity} /> {ruleText(found.rule)}
        </>
      ),
    },
    { id: 'path', title: t('termpages.path'), width: 'minmax(220px, 3fr)', cell: shownPath },
    {
      id: 'text',
      title: t('termreport.text'),
      width: 'minmax(260px, 4fr)',
      cell: ({ text }) => <span lang="en">{text}</span>,
    },
    { id: 'language', title: t('termsearch.language'), width: '92px', cell: ({ languageTag }) => languageTag },
    { id: 'mend', title: t('termpages.actions'), width: '112px', cell: (found) => <MendLink found={found} /> },
  ]
}

export default function ReportPage() {
  useLanguage()
  const page = usePageStyles()
  const shared = useShared()
  const go = useGo()
  const copy = useCopy()
  const { view, set } = useView()
  const known = useGroups()
  const request = validateRequest(view)
  const read = useQuery({
    queryKey: key('problems', 'report', request.path),
    queryFn: async ({ signal }) => findingsIn(await (await sendRaw(request, { signal })).text()),
  })
  const { data, error, refetch, dataUpdatedAt } = read
  const text = useDeferredValue(view['find'])
  const shown = useMemo(
    () => (data ?? []).filter((found) => isShown(found, { ...view, find: text })),
    [data, view, text],
  )
  const rules = useMemo(() => [...new Set((data ?? []).map(({ rule }) => rule))].sort(), [data])
  const count = (gravity: Gravity): number => data?.filter(({ severity }) => severity === gravity).length ?? 0
  const gravity = gravities.find((one) => one === view['only'])
  const again = (
    <Button icon={<ArrowClockwiseRegular />} onClick={() => void refetch()}>
      {t('termreport.again')}
    </Button>
  )
  const time = dataUpdatedAt === 0 ? '' : instantText(new Date(dataUpdatedAt))
  return (
    <PageFrame
      title={t('nav.report')}
      trail={<AppLink to="/terms">{t('nav.terms')}</AppLink>}
      tools={
        <>
          <Button
            icon={<CopyRegular />}
            onClick={() => {
              copy(ciStep(view['set'] ?? view['group'], gravity ?? 'error', location.origin))
              toast({ text: t('termreport.ci.copied') })
            }}
          >
            {t('termreport.ci')}
          </Button>
          {again}
          <RequestPreview plans={() => [request]} />
        </>
      }
      isFull
    >
      <div className={page.root}>
        <div className={page.tools}>
          <PastTabs current="/terms/report" />
        </div>
        <div className={page.tools}>
          {data !== undefined &&
            gravities.map((one) => (
              <ToggleButton
                key={one}
                size="small"
                checked={gravity === one}
                icon={<GravityIcon gravity={one} />}
                onClick={() => set({ only: gravity === one ? undefined : one })}
              >
                <span className={page.tile}>
                  <span className={page.tileCount}>{numberText(count(one))}</span>
                  <span>{maybeText(`termreport.tile.${one}`)}</span>
                </span>
              </ToggleButton>
            ))}
          <PlaceChoice
            label={t('termpages.set')}
            all={t('termpages.allSets')}
            known={known}
            group={view['group']}
            set={view['set']}
            onChoose={(place) => set({ group: place.group, set: place.set, rule: undefined })}
          />
          <Choice
            label={t('termreport.rule')}
            value={view['rule']}
            options={[
              { value: '', text: t('termreport.allRules') },
              ...rules.map((value) => ({ value, text: ruleText(value) })),
            ]}
            onChoose={(rule) => set({ rule })}
          />
          <FindField />
        </div>
        <div className={page.message}>
          {error !== null && <Problem error={error} onRetry={() => void refetch()} />}
          {data === undefined && error === null && <Skeleton lines={6} />}
        </div>
        {data !== undefined && data.length === 0 && <Empty text={t('termreport.none', { time })} action={again} />}
        {data !== undefined && data.length > 0 && shown.length === 0 && (
          <Empty
            text={t('termpages.noneOf', { n: data.length })}
            action={
              <Button size="small" onClick={() => set({ only: undefined, rule: undefined, find: undefined })}>
                {t('termpages.clearAll')}
              </Button>
            }
          />
        )}
        {shown.length > 0 && (
          <div className={page.list}>
            <Grid
              label={t('nav.report')}
              columns={columnsOf()}
              rows={shown}
              rowKey={({ number }) => String(number)}
              rowName={(found) => `${ruleText(found.rule)} ${found.path}`}
              onOpen={(found) => go(mendAddress(found))}
              card={{
                height: 96,
                of: (found) => (
                  <div className={page.card}>
                    <div className={mergeClasses(page.between)}>
                      <span className={shared.ellipsis}>
                        <GravityIcon gravity={found.severity} /> <strong>{ruleText(found.rule)}</strong>
                      </span>
                      <MendLink found={found} />
                    </div>
                    <div className={mergeClasses(shared.small, shared.ellipsis)}>{shownPath(found)}</div>
                    <div className={mergeClasses(shared.small, shared.soft, shared.ellipsis)} lang="en">
                      {found.text}
                    </div>
                  </div>
                ),
              }}
            />
          </div>
        )}
      </div>
    </PageFrame>
  )
}
