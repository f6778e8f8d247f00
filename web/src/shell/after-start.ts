/** What the frame needs only after the start: one file, as each more would break those that are loaded first into more pieces. */
// The server may be gone when it is asked for.
export { curlOf } from '../data/wire/curl.ts'
export { ClockPill } from './bar/ClockPill.tsx'
export { JobPill } from './bar/JobPill.tsx'
export { NavigationDrawer } from './NavigationDrawer.tsx'
export { Palette } from './Palette.tsx'
export { default as NotFound } from './pages/NotFound.tsx'
export { followTab } from './tab/follow-tab.ts'
export { WorldGone } from './WorldGone.tsx'
