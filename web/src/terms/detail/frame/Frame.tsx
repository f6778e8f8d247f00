/** The frame of a detail: its heading, where it is, its tools, and its tabs, each of which has an address. */
import { makeStyles, mergeClasses, Tab, TabList, tokens } from '@fluentui/react-components'
import { type ReactNode, Suspense } from 'react'
import { Skeleton } from '../../../kit/Skeleton.tsx'
import { useShared } from '../../../kit/styles.ts'
import { useView } from '../../../kit/view.ts'
import { usePastStyles } from '../past/AsOfBar.tsx'

const useStyles = makeStyles({
  root: {
    display: 'flex',
    flexDirection: 'column',
    flexGrow: 1,
    flexShrink: 0,
    containerType: 'inline-size',
  },
  head: {
    display: 'flex',
    alignItems: 'flex-start',
    gap: tokens.spacingHorizontalM,
    flexWrap: 'wrap',
    padding: `${tokens.spacingVerticalL} ${tokens.spacingHorizontalXL} ${tokens.spacingVerticalS}`,
    '@media (max-width: 640px)': {
      paddingInline: tokens.spacingHorizontalL,
    },
  },
  heading: { overflowWrap: 'anywhere', outlineOffset: '2px' },
  facts: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    columnGap: tokens.spacingHorizontalM,
    overflowWrap: 'anywhere',
  },
  tabs: {
    overflowX: 'auto',
    overflowY: 'hidden',
    flexShrink: 0,
    paddingInline: tokens.spacingHorizontalM,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    '@media (max-width: 640px)': { paddingInline: tokens.spacingHorizontalXS },
  },
  body: {
    flexGrow: 1,
    minWidth: 0,
    padding: `${tokens.spacingVerticalL} ${tokens.spacingHorizontalXL}`,
    '@media (max-width: 640px)': { paddingInline: tokens.spacingHorizontalL },
  },
})

export interface DetailTab {
  readonly id: string
  readonly title: string
  /** Beside the title, such as how many problems there are. */
  readonly mark?: ReactNode
  readonly content: () => ReactNode
  /** What is written there is saved by the bar at the foot; on other tabs it is shown only while something is not saved. */
  readonly isEdited?: boolean
}

interface DetailFrameProps {
  readonly title: string
  /** The language of the title, where it is not that of the labels. */
  readonly titleLanguage?: string | undefined
  readonly facts: ReactNode
  readonly tools?: ReactNode
  /** Above the tabs, such as that an earlier state is shown. */
  readonly bar?: ReactNode
  readonly tabs: readonly DetailTab[]
  readonly foot?: ReactNode
  readonly isDirty?: boolean
  /** An earlier state is shown. */
  readonly isPast?: boolean
}

export function DetailFrame({
  title,
  titleLanguage,
  facts,
  tools,
  bar,
  tabs,
  foot,
  isDirty = false,
  isPast = false,
}: DetailFrameProps) {
  const styles = useStyles()
  const shared = useShared()
  const past = usePastStyles()
  const { view, push } = useView()
  const open = tabs.find(({ id }) => id === view['tab']) ?? tabs[0]
  return (
    <div className={mergeClasses(styles.root, isPast && past.past)}>
      {bar}
      <div className={styles.head}>
        <div className={shared.grow}>
          <h2
            id="detail-heading"
            tabIndex={-1}
            lang={titleLanguage}
            className={mergeClasses(shared.title, styles.heading)}
          >
            {title}
          </h2>
          <div className={mergeClasses(styles.facts, shared.small, shared.soft)}>{facts}</div>
        </div>
        {tools}
      </div>
      <div className={styles.tabs}>
        <TabList
          size="small"
          selectedValue={open?.id ?? ''}
          onTabSelect={(_, { value }) => push({ tab: value === tabs[0]?.id ? undefined : String(value) })}
        >
          {tabs.map(({ id, title: name, mark }) => (
            <Tab key={id} value={id} id={`tab-${id}`} aria-controls="detail-panel">
              {name}
              {mark}
            </Tab>
          ))}
        </TabList>
      </div>
      <div className={styles.body} role="tabpanel" id="detail-panel" aria-labelledby={`tab-${open?.id}`}>
        <Suspense fallback={<Skeleton lines={4} />}>{open?.content()}</Suspense>
      </div>
      {(isDirty || open?.isEdited === true) && foot}
    </div>
  )
}
