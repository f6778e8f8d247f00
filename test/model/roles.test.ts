/** The role catalogue against gdap.md §A, where that data lies beside the repository. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  builtInRole,
  bundledRoles,
  globalAdministrator,
  isOffered,
  relationshipAdministrator,
  roleCatalogue,
} from '#workloads/directory/role-catalogue.ts'
import { dataBeside } from '../_support/data-beside.ts'

interface PublishedRole {
  readonly displayName: string
  readonly templateId: string
  readonly category: string
  readonly assignable: boolean
}

const data = dataBeside('entra-role-templates.json')
const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** `Security & Compliance` → `securityAndCompliance`. */
function inFile(category: string): string {
  const [first = '', ...others] = category.replace('&', 'and').split(/[ -]/)
  const after = others.map((word) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`)
  return [first.toLowerCase(), ...after].join('')
}

/** Lines of a table of roles in one of our pages of the specification. */
function specified(page: string, from: string, to: string): string {
  const text = readFileSync(new URL(`../../docs/spec/${page}.md`, import.meta.url), 'utf8')
  return text.slice(text.indexOf(from), text.indexOf(to, text.indexOf(from)))
}

describe('the role catalogue', () => {
  it('has 145 roles, each with an id, a name and a sentence of its own', () => {
    expect(roleCatalogue).toHaveLength(145)
    expect(new Set(roleCatalogue.map(({ id }) => id)).size).toBe(145)
    expect(new Set(roleCatalogue.map(({ name }) => name)).size).toBe(145)
    for (const { id, name, description } of roleCatalogue) {
      expect(id).toMatch(guid)
      expect(name).toMatch(/^[A-Z][\w ]+$/)
      expect(description).toMatch(/^[A-Z].+\.$/)
    }
  })

  it('says which are privileged, and which a relationship may hold: events.md §8.2 to §8.4', () => {
    const count = (gdap: string) => roleCatalogue.filter((role) => role.gdap === gdap).length
    expect(['yes', 'likely', 'no', 'unknown'].map(count)).toEqual([85, 17, 13, 30])
    expect(roleCatalogue.filter(({ privileged }) => privileged)).toHaveLength(35)
    expect(builtInRole(relationshipAdministrator)).toMatchObject({
      name: 'Customer Delegated Admin Relationship Administrator',
      privileged: false,
      gdap: 'no',
    })
  })

  it('agrees with the published list in id, name and category, and in what the tool assigns', ({ skip }) => {
    if (data.missing !== undefined) return skip(data.missing)
    const published = JSON.parse(readFileSync(data.url, 'utf8')) as PublishedRole[]
    for (const { templateId, displayName, category, assignable } of published) {
      const role = builtInRole(templateId)
      // Former names stand in brackets there.
      expect(role).toMatchObject({
        name: displayName.replace(/ \(formerly .*\)$/, ''),
        categories: category === '' ? [] : [inFile(category)],
      })
      if (assignable) expect(role?.gdap).toBe('yes')
    }
    expect(published.filter(({ assignable }) => assignable)).toHaveLength(73)
  })

  it('agrees with the tables of the specification: gdap.md §A, events.md §8.2 to §8.4', () => {
    const appendix = specified('gdap', '## A. Built-in', '## 10.')
    const rows = [...appendix.matchAll(/^\| ([^|]+) \| ([0-9a-f-]{36}) \| [^|]*\| ([^|]*)\|/gm)]
    expect(rows).toHaveLength(105)
    for (const [, name = '', id = '', may = ''] of rows) {
      const role = builtInRole(id)
      expect(role?.name).toBe(name.replace(/ \(formerly .*\)$/, ''))
      if (may.trim() !== '') expect(role).toMatchObject({ gdap: 'yes' })
    }
    expect(rows.filter(([, , , may = '']) => may.trim() === 'yes')).toHaveLength(73)
    expect(rows.filter(([, , , may = '']) => may.trim() === '2024')).toHaveLength(12)
    const table = specified('events', '### 8.2', '### 8.3').split('```')[1] ?? ''
    const entry = /^([0-9a-f-]{36}) (.+?)( P)? (<|[\d-]{10})( .*)?$/
    const others = table
      .trim()
      .split(/\n| {2}; {2}/)
      .map((text) => entry.exec(text) ?? [])
    expect(others).toHaveLength(40)
    for (const [, id = '', name, isPrivileged, day = '', more = ''] of others)
      expect(builtInRole(id)).toMatchObject({
        name,
        privileged: isPrivileged !== undefined,
        firstSeen: day === '<' ? '2023-09-28' : day,
        gdap: / no( \*)?$/.test(more.replace(',', '')) ? 'no' : 'unknown',
        state: more.includes('preview')
          ? 'preview'
          : more.includes('not for use')
            ? 'notForUse'
            : more.includes('system')
              ? 'systemAssigned'
              : more.includes('deprecated')
                ? 'deprecated'
                : 'current',
      })
    const privileged = specified('events', '### 8.3', 'First seen').split('\n\n')[1] ?? ''
    for (const [id] of rows.map((row) => row.slice(2))) {
      const { name = '', privileged: isMarked } = builtInRole(id ?? '') ?? {}
      const short = name.replace(/ Administrator$/, '')
      const isListed = privileged
        .trim()
        .replace(/\.$/, '')
        .split(/[,;] | and (?=User)/)
        .some((one) => [name, short].includes(one.trim().replace(/ Administrator$/, '')))
      expect([name, isMarked]).toEqual([name, isListed])
    }
  })

  it('has a state, a source and a first day for each; what says yes, likely or no has a source', () => {
    for (const { gdap, gdapSource, state, firstSeen } of roleCatalogue) {
      expect(gdapSource === '').toBe(gdap === 'unknown')
      expect(state).not.toBe('withdrawn')
      expect(firstSeen).toMatch(/^202[3-6]-\d\d-\d\d$/)
    }
    expect(roleCatalogue.filter(isOffered)).toHaveLength(139)
    expect(bundledRoles).toMatchObject({ asOf: '2026-08-21' })
    expect(bundledRoles.named('power bi administrator')?.name).toBe('Fabric Administrator')
    expect(bundledRoles.named('Customer LockBox Access Approver')?.id).toBe('5c4f9dcd-47dc-4cf7-8c9a-9e4207cbfc91')
    expect(bundledRoles.named('Mailbox Administrator')).toBeUndefined()
  })

  it('finds the roles the rules treat apart', () => {
    expect(builtInRole(globalAdministrator)?.name).toBe('Global Administrator')
    expect(builtInRole('8329153a-20ed-4bf8-aa37-81242c6e8e01')).toBeUndefined()
  })
})
