/** Tells screen readers what happened. The two regions are in shell/Shell.tsx. */
type Urgency = 'polite' | 'assertive'

const regionIds = { polite: 'announce-polite', assertive: 'announce-assertive' } as const

export function announce(text: string, urgency: Urgency = 'polite'): void {
  const region = document.getElementById(regionIds[urgency])
  if (region === null) return
  // The same text twice is said twice.
  region.textContent = ''
  setTimeout(() => {
    region.textContent = text
  }, 50)
}

export { regionIds as announceRegions }
