/** The tabs that are not shown at first: each is loaded when it is. */
import { lazy } from 'react'

export const History = lazy(async () => ({ default: (await import('./History.tsx')).History }))
export const Problems = lazy(async () => ({ default: (await import('./Problems.tsx')).Problems }))
export const Properties = lazy(async () => ({ default: (await import('./Properties.tsx')).Properties }))
export const Relations = lazy(async () => ({ default: (await import('./Relations.tsx')).Relations }))
export const Usage = lazy(async () => ({ default: (await import('./Usage.tsx')).Usage }))
