import { describe, expect, it } from 'vitest'
import { languageOf, tagOfLcid } from './languages.ts'

const store = { defaultTag: 'en-US', tags: ['en-US', 'de-DE', 'pt-BR'] }

function tagIn(tag: string, tags: readonly string[] = store.tags, choice = {}): string | undefined {
  return languageOf(tag, { defaultTag: 'en-US', tags }, choice)?.tag
}

describe('the language of a value', () => {
  it('is the one that the caller maps it to', () => {
    expect(tagIn('en-GB', store.tags, { mapped: { 'en-gb': 'en-US' } })).toBe('en-US')
    expect(languageOf('en-GB', store, { mapped: { 'en-gb': 'en-US' } })?.rank).toBe('mapped')
  })

  it('is none where the caller maps it to one that the store lacks', () => {
    expect(tagIn('en-GB', store.tags, { mapped: { 'en-gb': 'xx-YY' } })).toBeUndefined()
    expect(tagIn('en-GB', store.tags, { mapped: { 'en-gb': '__proto__' } })).toBeUndefined()
    expect(tagIn('constructor')).toBeUndefined()
    expect(languageOf('en-GB', store, { mapped: { 'en-gb': 'uk-UA' }, adds: true })?.isAdded).toBe(true)
  })

  it('is a language of the store in any case', () => {
    expect(tagIn('DE-de')).toBe('de-DE')
  })

  it('follows aliases and old tags', () => {
    expect(tagIn('iw', ['en-US', 'he-IL'])).toBe('he-IL')
    expect(tagIn('no', ['en-US', 'nb-NO'])).toBe('nb-NO')
    expect(tagIn('no-NO', ['en-US', 'nb-NO'])).toBe('nb-NO')
  })

  it('is the only one of that language where the tag has no region', () => {
    expect(tagIn('de')).toBe('de-DE')
    expect(tagIn('pt')).toBe('pt-BR')
    expect(tagIn('sr-Latn', ['en-US', 'sr-Cyrl-RS', 'sr-Latn-RS'])).toBe('sr-Latn-RS')
  })

  it('is the default of the store among several, else the likely one', () => {
    expect(tagIn('en', ['en-GB', 'en-US'])).toBe('en-US')
    expect(tagIn('fr', ['en-US', 'fr-CA', 'fr-FR'])).toBe('fr-FR')
  })

  it('is not guessed where the tag has a region that the store lacks', () => {
    expect(tagIn('de-AT')).toBeUndefined()
    expect(tagIn('not a tag')).toBeUndefined()
  })

  it('is added where the caller asks for it, by the tag Microsoft has', () => {
    const adds = { adds: true }
    expect(languageOf('uk', store, adds)).toEqual({ tag: 'uk-UA', rank: 'exact', isAdded: true })
    expect(tagIn('de-AT', store.tags, adds)).toBe('de-AT')
    expect(tagIn('xx-XX', store.tags, adds)).toBeUndefined()
  })

  it('is known by its number as well', () => {
    expect(tagOfLcid('1031')).toBe('de-DE')
    expect(tagIn('1031')).toBe('de-DE')
    expect(tagOfLcid('12')).toBeUndefined()
    expect(tagOfLcid('0x407')).toBeUndefined()
  })
})
