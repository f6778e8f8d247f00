/** Tells screen readers what happened. The two regions are in shell/Shell.tsx. */
type Urgency = 'polite' | 'assertive'

const regionIds = { polite: 'announce-polite', assertive: 'announce-assertive' } as const

/** What was said so shortly before stays, so that nothing is lost where two things happen at once. */
const keptMs = 1000

export function announce(text: string, urgency: Urgency = 'polite'): void {
  const region = document.getElementById(regionIds[urgency])
  if (region === null) return
  const now = performance.now()
  for (const line of [...region.children]) if (now - Number(line.getAttribute('data-at')) > keptMs) line.remove()
  // Each is an element of its own: only what is new is read, and the same text twice is said twice.
  const line = document.createElement('div')
  line.setAttribute('data-at', String(now))
  line.textContent = text
  setTimeout(() => region.append(line), 50)
}

export { regionIds as announceRegions }
