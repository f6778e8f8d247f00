/**
 * Names, descriptions and custom properties, normalised and checked: term-store.md §4.1 and §4.2. Lengths are UTF-16
 * units, as SharePoint, which is .NET, counts them.
 */
import type { Faults } from '#base/errors.ts'
import { inForm } from '#edm/text-form.ts'
import { nameForm } from '../../values.ts'

export const maxName = 255
export const maxDescription = 1000
export const maxPropertyValue = 1000

/** What no name may contain, and no key of a property. */
export const forbiddenInNames = /[;"<>|\t]/
export const forbiddenInKeys = /[;"<>|&\t]/
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what it is for
const control = /[\u0000-\u0008\u000e-\u001f\u007f]/
const listed = '; " < > | and tab'

/** The beginning of a text, not cut within a pair of surrogates. */
export function cutTo(text: string, length: number): string {
  if (text.length <= length) return text
  return text
    .slice(0, length)
    .replace(/[\ud800-\udbff]$/, '')
    .trimEnd()
}

export function hasControl(text: string): boolean {
  return control.test(text)
}

/** Trimmed, runs of white space made one space, `&` made the full-width `＆`. */
export function normalised(text: string): string {
  return inForm(nameForm, text)
}

/** A name or label as it is stored; undefined, with a fault, if it is not valid. */
export function nameIn(value: unknown, target: string, faults: Faults): string | undefined {
  if (typeof value !== 'string' || value.trim() === '') {
    faults.add(target, 'A name is required: it cannot be empty or white space only.')
    return undefined
  }
  const trimmed = value.trim()
  if (forbiddenInNames.test(trimmed) || control.test(trimmed)) {
    faults.add(target, `The name '${trimmed}' contains a character that is not allowed: ${listed}.`)
    return undefined
  }
  const name = normalised(trimmed)
  if (name.length > maxName) {
    faults.add(target, `The name is longer than ${maxName} characters.`)
    return undefined
  }
  return name
}

/** A description as it is stored; null and absent become empty. Undefined, with a fault, if it is not valid. */
export function descriptionIn(value: unknown, target: string, faults: Faults): string | undefined {
  const text = typeof value === 'string' ? value : ''
  if (text.includes('\t')) {
    faults.add(target, 'A description cannot contain a tab.')
    return undefined
  }
  if (text.length > maxDescription) {
    faults.add(target, `The description is longer than ${maxDescription} characters.`)
    return undefined
  }
  return text
}

export function propertyKeyIn(value: unknown, target: string, faults: Faults): string | undefined {
  if (typeof value !== 'string' || value.trim() === '') {
    faults.add(target, 'The key of a property is required.')
    return undefined
  }
  if (forbiddenInKeys.test(value) || control.test(value)) {
    faults.add(target, `The key '${value}' contains a character that is not allowed: ; " < > | & and tab.`)
    return undefined
  }
  if (value.length > maxName) {
    faults.add(target, `The key is longer than ${maxName} characters.`)
    return undefined
  }
  return value
}

export function propertyValueIn(value: unknown, target: string, faults: Faults): string | undefined {
  const text = typeof value === 'string' ? value : ''
  if (text.length <= maxPropertyValue) return text
  faults.add(target, `The value is longer than ${maxPropertyValue} characters.`)
  return undefined
}
