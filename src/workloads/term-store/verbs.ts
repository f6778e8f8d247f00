/** Which verbs the links to terms and to relations have: term-store.md §2.1. */

export const membersOfTree = {
  list: 'docs',
  get: 'metadata',
  create: 'docs',
  update: 'metadata',
  delete: 'metadata',
} as const

export const relationVerbs = {
  list: 'docs',
  get: 'metadata',
  create: 'docs',
  update: 'metadata',
  delete: 'metadata',
  patchMember: 'observed',
} as const
