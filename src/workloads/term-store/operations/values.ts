/** What the operations of ours have in common, and the values of their parameters: exchange.md §9.2. */
import { enumType } from '#edm/props.ts'

export const ours = { namespace: 'relata', evidence: 'ours', scopes: ['TermStore.ReadWrite.All'] } as const

export const sharingOfCopy = enumType('relata.sharingOfCopy', 'What a copy of a branch does with terms shared in it.', [
  'flatten',
  'keep',
])

export const clashOfChildren = enumType(
  'relata.clashOfChildren',
  'What a merge does with children of both terms that have one default label.',
  ['refuse', 'merge'],
)

export const termsOfCopy = enumType('relata.termsOfCopy', 'The terms of the copy of a set.', ['reuse', 'new', 'none'])
