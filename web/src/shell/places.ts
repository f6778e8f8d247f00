/** What the navigation and the palette lead to. */
import type { ComponentType } from 'react'
import type { ServerInfo } from '../data/session.ts'
import type { TextKey } from '../i18n/t.ts'
import {
  BeakerRegular,
  BranchForkRegular,
  BuildingRegular,
  ClockRegular,
  DatabaseRegular,
  HomeRegular,
  PeopleTeamRegular,
  PulseRegular,
  SettingsRegular,
  ShieldTaskRegular,
  SplitVerticalRegular,
  TagMultipleRegular,
  WindowConsoleRegular,
} from '../kit/icons.ts'

export interface Place {
  readonly to: string
  readonly text: TextKey
  readonly icon: ComponentType
  /** Feature that the server must have. */
  readonly feature?: string
  readonly mode?: ServerInfo['mode']
  /** Not in the navigation, only in the palette. */
  readonly isHidden?: boolean
  readonly group: 'content' | 'server'
}

const all: readonly Place[] = [
  { to: '/', text: 'nav.overview', icon: HomeRegular, group: 'content' },
  { to: '/terms', text: 'nav.terms', icon: TagMultipleRegular, group: 'content' },
  { to: '/gdap', text: 'nav.gdap', icon: PeopleTeamRegular, group: 'content' },
  { to: '/gdap/customers', text: 'nav.customers', icon: BuildingRegular, group: 'content' },
  { to: '/gdap/both', text: 'nav.both', icon: SplitVerticalRegular, mode: 'stand-in', group: 'content' },
  { to: '/gdap/access', text: 'nav.access', icon: ShieldTaskRegular, feature: 'access', group: 'content' },
  { to: '/events', text: 'nav.events', icon: BranchForkRegular, feature: 'deliveries', group: 'server' },
  { to: '/requests', text: 'nav.requests', icon: PulseRegular, feature: 'requests', group: 'server' },
  { to: '/clock', text: 'nav.clock', icon: ClockRegular, mode: 'stand-in', group: 'server' },
  { to: '/faults', text: 'nav.faults', icon: BeakerRegular, feature: 'faults', group: 'server' },
  { to: '/worlds', text: 'nav.worlds', icon: DatabaseRegular, feature: 'worlds', group: 'server' },
  { to: '/explorer', text: 'nav.explorer', icon: WindowConsoleRegular, group: 'server' },
  { to: '/admin/tenants', text: 'nav.admin', icon: SettingsRegular, group: 'server' },
  { to: '/terms/search', text: 'nav.search', icon: TagMultipleRegular, isHidden: true, group: 'content' },
  { to: '/terms/import', text: 'nav.import', icon: TagMultipleRegular, isHidden: true, group: 'content' },
  { to: '/terms/export', text: 'nav.export', icon: TagMultipleRegular, isHidden: true, group: 'content' },
  { to: '/terms/bin', text: 'nav.bin', icon: TagMultipleRegular, isHidden: true, group: 'content' },
  { to: '/terms/changes', text: 'nav.changes', icon: TagMultipleRegular, isHidden: true, group: 'content' },
  { to: '/terms/report', text: 'nav.report', icon: TagMultipleRegular, isHidden: true, group: 'content' },
  { to: '/gdap/new', text: 'nav.newRelationship', icon: PeopleTeamRegular, isHidden: true, group: 'content' },
  { to: '/gdap/templates', text: 'nav.templates', icon: PeopleTeamRegular, isHidden: true, group: 'content' },
  { to: '/gdap/activity', text: 'nav.activity', icon: PeopleTeamRegular, isHidden: true, group: 'content' },
  { to: '/settings', text: 'nav.settings', icon: SettingsRegular, isHidden: true, group: 'server' },
  { to: '/shortcuts', text: 'nav.shortcuts', icon: SettingsRegular, isHidden: true, group: 'server' },
]

export function placesOf({ mode, features }: ServerInfo): readonly Place[] {
  return all.filter(
    (place) =>
      (place.feature === undefined || features.includes(place.feature)) &&
      (place.mode === undefined || place.mode === mode),
  )
}
