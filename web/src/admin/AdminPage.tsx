/** Administration: tenants, people of the term store, issuers, health, retention, audit log; what this caller may see of it. */
import { makeStyles, Tab, TabList, tokens } from '@fluentui/react-components'
import { type ComponentType, lazy, Suspense, useEffect, useRef } from 'react'
import { useSession } from '../data/session.ts'
import { t, useLanguage } from '../i18n/t.ts'
import { Empty } from '../kit/Empty.tsx'
import { PageFrame } from '../kit/PageFrame.tsx'
import { Problem } from '../kit/Problem.tsx'
import { Boundary } from '../kit/parts/Boundary.tsx'
import { Skeleton } from '../kit/Skeleton.tsx'
import { useGo, usePath } from '../kit/view.ts'
import { type Section, sections, sectionsFor, useMe } from './api.ts'

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', height: '100%', minHeight: 0 },
  tabs: {
    flexShrink: 0,
    overflowX: 'auto',
    overflowY: 'hidden',
    padding: `0 ${tokens.spacingHorizontalM}`,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  body: { flexGrow: 1, minHeight: 0, overflow: 'auto' },
})

/** Each is loaded when it is first shown. */
const parts: Readonly<Record<Section, ComponentType>> = {
  tenants: lazy(async () => ({ default: (await import('./tenants/TenantsSection.tsx')).TenantsSection })),
  people: lazy(async () => ({ default: (await import('./people/PeopleSection.tsx')).PeopleSection })),
  issuers: lazy(async () => ({ default: (await import('./server/IssuersSection.tsx')).IssuersSection })),
  health: lazy(async () => ({ default: (await import('./server/HealthSection.tsx')).HealthSection })),
  retention: lazy(async () => ({ default: (await import('./server/RetentionSection.tsx')).RetentionSection })),
  audit: lazy(async () => ({ default: (await import('./audit/AuditSection.tsx')).AuditSection })),
}

function isSection(text: string | undefined): text is Section {
  return (sections as readonly (string | undefined)[]).includes(text)
}

export default function AdminPage() {
  useLanguage()
  const styles = useStyles()
  const go = useGo()
  const { section } = usePath()
  const { info } = useSession()
  const me = useMe()
  const isKnown = me.data !== undefined || me.error !== null
  const allowed = sectionsFor(info, me.data)
  const chosen = section === undefined ? allowed[0] : isSection(section) ? section : undefined
  const Part = chosen !== undefined && allowed.includes(chosen) ? parts[chosen] : undefined
  const tabs = useRef<HTMLDivElement>(null)
  // On a telephone the tabs are wider than the page.
  useEffect(() => {
    if (isKnown && chosen !== undefined)
      tabs.current?.querySelector(`#admin-tab-${chosen}`)?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [isKnown, chosen])
  return (
    <PageFrame title={t('admin.title')} isFull>
      <div className={styles.root}>
        <div ref={tabs} className={styles.tabs} data-scrolls>
          <TabList
            selectedValue={chosen ?? ''}
            onTabSelect={(_, { value }) => go(`/admin/${String(value)}`)}
            aria-label={t('admin.sections')}
          >
            {(isKnown ? allowed : []).map((name) => (
              <Tab key={name} value={name} id={`admin-tab-${name}`}>
                {t(`admin.section.${name}`)}
              </Tab>
            ))}
          </TabList>
        </div>
        <div className={styles.body}>
          {!isKnown && <Skeleton />}
          {isKnown && Part !== undefined && (
            <Boundary key={chosen}>
              <Suspense fallback={<Skeleton lines={6} />}>
                <Part />
              </Suspense>
            </Boundary>
          )}
          {isKnown && Part === undefined && (
            <>
              <Empty text={t(chosen === undefined ? 'admin.unknown' : 'admin.notAllowed')} />
              {me.error !== null && info.mode === 'registry' && <Problem error={me.error} />}
            </>
          )}
        </div>
      </div>
    </PageFrame>
  )
}
