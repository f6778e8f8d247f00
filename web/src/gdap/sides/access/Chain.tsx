/** A way to access, drawn: each link is an entry of a list, in the order of the chain; what is broken is red and named. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import type { ComponentType } from 'react'
import { listText } from '../../../i18n/format.ts'
import { maybeText, t } from '../../../i18n/t.ts'
import { AppLink } from '../../../kit/AppLink.tsx'
import {
  BuildingRegular,
  DismissCircleRegular,
  PeopleTeamRegular,
  PersonRegular,
  ShieldTaskRegular,
} from '../../../kit/icons.ts'
import { useShared } from '../../../kit/styles.ts'
import type { Way } from './trace.ts'

const useStyles = makeStyles({
  list: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'stretch',
    rowGap: tokens.spacingVerticalM,
    listStyle: 'none',
    margin: 0,
    padding: 0,
    '@media (max-width: 640px)': { flexDirection: 'column' },
  },
  link: {
    display: 'flex',
    alignItems: 'center',
    minWidth: 0,
    '@media (max-width: 640px)': { flexDirection: 'column', alignItems: 'flex-start' },
  },
  node: {
    display: 'flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalS,
    minHeight: '40px',
    boxSizing: 'border-box',
    padding: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalM}`,
    border: `${tokens.strokeWidthThin} solid ${tokens.colorNeutralStroke1}`,
    borderRadius: tokens.borderRadiusLarge,
    backgroundColor: tokens.colorNeutralBackground1,
    maxWidth: '260px',
    overflowWrap: 'anywhere',
    '& svg': { flexShrink: 0 },
  },
  missing: { border: `1px dashed ${tokens.colorNeutralStrokeAccessible}`, color: tokens.colorNeutralForeground3 },
  edge: {
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'center',
    minWidth: '96px',
    paddingInline: tokens.spacingHorizontalXS,
    fontSize: tokens.fontSizeBase200,
    lineHeight: tokens.lineHeightBase200,
    color: tokens.colorNeutralForeground3,
    textAlign: 'center',
    '::after': {
      content: '""',
      alignSelf: 'stretch',
      borderTop: `2px solid ${tokens.colorBrandStroke1}`,
    },
    '@media (max-width: 640px)': {
      alignItems: 'flex-start',
      textAlign: 'start',
      paddingLeft: tokens.spacingHorizontalXL,
      marginLeft: tokens.spacingHorizontalXL,
      borderLeft: `2px solid ${tokens.colorBrandStroke1}`,
      paddingBlock: tokens.spacingVerticalXS,
      '::after': { display: 'none' },
    },
  },
  broken: {
    color: tokens.colorStatusDangerForeground3,
    fontWeight: tokens.fontWeightSemibold,
    '::after': { borderTop: `2px dashed ${tokens.colorStatusDangerBorder2}` },
    '@media (max-width: 640px)': { borderLeft: `2px dashed ${tokens.colorStatusDangerBorder2}` },
  },
  cross: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalXXS },
})

interface ChainProps {
  readonly label: string
  readonly person: string
  readonly tenant: string
  readonly way: Way
}

interface ChainLink {
  readonly id: string
  readonly icon: ComponentType
  readonly text: string
  readonly href?: string
  readonly isMissing?: boolean
  /** To the next link. */
  readonly edge?: string
  readonly isBroken?: boolean
}

export function linksOf({ person, tenant, way }: Omit<ChainProps, 'label'>): readonly ChainLink[] {
  const { group, roles, relationship, status, brokenAt } = way
  const roleText = roles.length === 0 ? t('sides.chain.anyRole') : listText(roles.map(({ name }) => name))
  const statusText = maybeText(`gdap.status.${status}`) ?? status ?? ''
  return [
    {
      id: 'person',
      icon: PersonRegular,
      text: person,
      edge: brokenAt === 'member' ? t('sides.chain.noMember') : t('sides.chain.member'),
      isBroken: brokenAt === 'member',
    },
    {
      id: 'group',
      icon: PeopleTeamRegular,
      text: group?.name ?? t('sides.chain.noGroup'),
      isMissing: group === undefined,
      edge: brokenAt === 'assignment' ? t('sides.chain.notAssigned') : t('sides.chain.assigned'),
      isBroken: brokenAt === 'assignment',
    },
    {
      id: 'role',
      icon: ShieldTaskRegular,
      text: roleText,
      edge: brokenAt === 'relationship' ? t('sides.chain.inNone') : t('sides.chain.partOf'),
      isBroken: brokenAt === 'relationship',
    },
    {
      id: 'relationship',
      icon: PeopleTeamRegular,
      text: relationship?.name ?? t('sides.chain.noRelationship'),
      isMissing: relationship === undefined,
      ...(relationship === undefined ? {} : { href: `/gdap/relationships/${relationship.id}` }),
      edge: brokenAt === 'inactive' ? t('sides.chain.inactive', { status: statusText }) : t('sides.chain.with'),
      isBroken: brokenAt === 'inactive',
    },
    { id: 'tenant', icon: BuildingRegular, text: tenant },
  ]
}

export function Chain({ label, ...facts }: ChainProps) {
  const styles = useStyles()
  const shared = useShared()
  return (
    <ol className={styles.list} aria-label={label}>
      {linksOf(facts).map(({ id, icon: Icon, text, href, isMissing, edge, isBroken }) => (
        <li key={id} className={styles.link}>
          <span className={mergeClasses(styles.node, isMissing === true && styles.missing)}>
            <Icon />
            {href === undefined ? text : <AppLink to={href}>{text}</AppLink>}
          </span>
          {edge !== undefined && (
            <span className={mergeClasses(styles.edge, isBroken === true && styles.broken)}>
              <span className={styles.cross}>
                {isBroken === true && <DismissCircleRegular />}
                {isBroken === true && <span className={shared.hidden}>{t('sides.chain.broken')} </span>}
                {edge}
              </span>
            </span>
          )}
        </li>
      ))}
    </ol>
  )
}
