/** One relationship: its course, what it gives to whom, what was done with it, and everything one can do now. */
import {
  Button,
  Menu,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
  makeStyles,
  Tab,
  TabList,
  tokens,
} from '@fluentui/react-components'
import { useRead } from '../../data/query.ts'
import { useTick } from '../../i18n/format.ts'
import { t, useLanguage } from '../../i18n/t.ts'
import { AppLink } from '../../kit/AppLink.tsx'
import { ChevronDownRegular } from '../../kit/icons.ts'
import { Loaded } from '../../kit/Loaded.tsx'
import { PageFrame } from '../../kit/PageFrame.tsx'
import { Problem } from '../../kit/Problem.tsx'
import { useShared } from '../../kit/styles.ts'
import { StatusBadge } from '../../kit/values/StatusBadge.tsx'
import { useGo, usePath, useView } from '../../kit/view.ts'
import { plans, type RelationshipRow, useAssignments, useRelationship } from '../api.ts'
import { useRowAction } from '../conflict/useChange.ts'
import { shownAssignments } from '../matrix.ts'
import { relationshipStatus } from '../status.ts'
import { GroupsTab } from './GroupsTab.tsx'
import { JsonTab } from './JsonTab.tsx'
import { LifeLine } from './LifeLine.tsx'
import { ActivityTab, OperationsTab, RequestsTab } from './ListTabs.tsx'
import { OverviewTab } from './OverviewTab.tsx'
import { Tools } from './Tools.tsx'

const useStyles = makeStyles({
  tabs: { overflowX: 'auto', flexShrink: 0, marginInlineStart: `calc(-1 * ${tokens.spacingHorizontalM})` },
  panel: { paddingTop: tokens.spacingVerticalM },
  trail: { display: 'inline-flex', alignItems: 'center', flexWrap: 'wrap', gap: tokens.spacingHorizontalXS },
  switcher: { minWidth: 0, padding: `0 ${tokens.spacingHorizontalXS}`, fontWeight: tokens.fontWeightRegular },
  tools: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalS, flexWrap: 'wrap' },
})

const tabs = ['overview', 'groups', 'operations', 'requests', 'activity', 'json'] as const
type TabName = (typeof tabs)[number]

/** The customer, and its other relationships. */
function Trail({ row }: { readonly row: RelationshipRow }) {
  const styles = useStyles()
  const go = useGo()
  const tenantId = row.customer?.tenantId ?? ''
  const others = useRead('relationships', ['of', tenantId], plans.ofCustomer(tenantId), { enabled: tenantId !== '' })
  const siblings = (others.data?.value ?? []).filter(({ id }) => id !== row.id)
  const customer = row.customer?.displayName ?? (tenantId === '' ? t('gdap.anyone') : tenantId)
  return (
    <span className={styles.trail}>
      <AppLink to="/gdap/relationships">{t('gdap.title')}</AppLink>
      <span aria-hidden="true">›</span>
      {siblings.length === 0 ? (
        <span>{customer}</span>
      ) : (
        <Menu>
          <MenuTrigger disableButtonEnhancement>
            <Button
              className={styles.switcher}
              size="small"
              appearance="transparent"
              icon={<ChevronDownRegular />}
              iconPosition="after"
              aria-label={t('gdap.others', { customer })}
            >
              {customer}
            </Button>
          </MenuTrigger>
          <MenuPopover>
            <MenuList>
              {siblings.map((one) => (
                <MenuItem
                  key={one.id}
                  subText={relationshipStatus(one).word}
                  onClick={() => go(`/gdap/relationships/${one.id}`)}
                >
                  {one.displayName}
                </MenuItem>
              ))}
            </MenuList>
          </MenuPopover>
        </Menu>
      )}
    </span>
  )
}

function TabBody({ tab, row }: { readonly tab: TabName; readonly row: RelationshipRow }) {
  switch (tab) {
    case 'groups':
      return <GroupsTab row={row} />
    case 'operations':
      return <OperationsTab id={row.id} />
    case 'requests':
      return <RequestsTab id={row.id} />
    case 'activity':
      return <ActivityTab id={row.id} />
    case 'json':
      return <JsonTab row={row} />
    default:
      return <OverviewTab row={row} />
  }
}

function Whole({ row }: { readonly row: RelationshipRow }) {
  const styles = useStyles()
  const shared = useShared()
  const { view, push } = useView()
  const action = useRowAction()
  // The status tells how many days are left.
  useTick()
  const assignments = useAssignments(row.id)
  const tab = tabs.find((name) => name === view['tab']) ?? 'overview'
  const groups = assignments.data === undefined ? undefined : shownAssignments(assignments.data.value).size
  return (
    <PageFrame
      title={row.displayName ?? row.id}
      trail={<Trail row={row} />}
      tools={
        <div className={styles.tools}>
          <StatusBadge {...relationshipStatus(row)} />
          <Tools row={row} action={action} />
        </div>
      }
    >
      <div className={shared.column}>
        {action.problem !== undefined && <Problem error={action.problem} onClose={action.clear} />}
        <LifeLine key={row.id} row={row} />
        <div className={styles.tabs} data-scrolls>
          <TabList
            selectedValue={tab}
            onTabSelect={(_, { value }) => push({ tab: value === 'overview' ? undefined : String(value) })}
          >
            {tabs.map((name) => (
              <Tab key={name} id={`tab-${name}`} value={name} aria-controls="gdap-panel">
                {t(`gdap.tab.${name}`)}
                {name === 'groups' && groups !== undefined && groups > 0 ? ` ${groups}` : ''}
              </Tab>
            ))}
          </TabList>
        </div>
        <div id="gdap-panel" role="tabpanel" aria-labelledby={`tab-${tab}`} className={styles.panel}>
          <TabBody key={row.id} tab={tab} row={row} />
        </div>
      </div>
    </PageFrame>
  )
}

export default function RelationshipPage() {
  useLanguage()
  const { id = '' } = usePath()
  const read = useRelationship(id)
  if (read.data !== undefined) return <Whole row={read.data} />
  return (
    <PageFrame title={t('gdap.relationship')} trail={<AppLink to="/gdap/relationships">{t('gdap.title')}</AppLink>}>
      <Loaded read={read} lines={6}>
        {() => null}
      </Loaded>
    </PageFrame>
  )
}
