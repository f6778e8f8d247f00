/** Run in the browser: what does not fit, one line each. Elements in what scrolls sideways by itself may be wider. */
;(() => {
  const faults = []
  const wide = document.documentElement.scrollWidth
  if (wide > innerWidth) faults.push(`the page is ${wide} wide`)
  for (const element of document.querySelectorAll('button, a, h1, h2, label, th')) {
    const { width, height, left, right } = element.getBoundingClientRect()
    if (width === 0 || height === 0 || left >= innerWidth || right <= innerWidth + 1) continue
    const isHidden = getComputedStyle(element).clipPath !== 'none' || element.closest('[aria-hidden="true"]') !== null
    const scrolls = element.closest('[role="grid"], [role="tree"], [role="tablist"], [data-scrolls]') !== null
    if (!isHidden && !scrolls)
      faults.push(`${element.tagName} '${element.textContent?.slice(0, 40)}' ends at ${Math.round(right)}`)
  }
  return faults
})()
