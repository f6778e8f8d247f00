/** The tabs that are not shown at first, and the choice of people: each is loaded when it is shown. */
import { lazy } from 'react'

export const History = lazy(async () => ({ default: (await import('../history/History.tsx')).History }))
export const PeopleField = lazy(async () => ({ default: (await import('../form/PeopleField.tsx')).PeopleField }))
export const Problems = lazy(async () => ({ default: (await import('../problems/Problems.tsx')).Problems }))
export const Properties = lazy(async () => ({ default: (await import('../form/Properties.tsx')).Properties }))
export const Relations = lazy(async () => ({ default: (await import('../places/Relations.tsx')).Relations }))
export const Usage = lazy(async () => ({ default: (await import('../places/Usage.tsx')).Usage }))
