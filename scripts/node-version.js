/**
 * The Node that Relata needs, and the one that is fetched where the present one is older. This file and all that it
 * imports are read by the older Node, so they keep to what Node 18 can parse.
 */

/** The oldest that serves: it has `node:sqlite` without a flag. `engines` in package.json says the same. */
export const leastNode = '22.13.0'

/**
 * The one used for development, in CI and by the benches. `packages`: the platforms that npm has it for, each with the
 * integrity of its package, which npm checks.
 */
export const pinnedNode = {
  version: '26.12.1',
  packages: {
    'linux-arm64': 'sha512-8Oxs6Y7rDcKufVIM/zYRSwytj46WOrZk7yFCLTKDcs17bBjAeD9HMAqo97hMfMyxozIud0S4vZCs5WB/3iavNQ==',
    'linux-x64': 'sha512-jk5LMAmgHlPlPMWpsUrSOqNaEZG+11UNd35hWQ+p5/XGaelWuTqJ69IcAy/5xtPPN4d5ZRBNOGB6gLMCh2kL9A==',
  },
}

/** `version`: as `process.versions.node` has it. */
export function isNewEnough(version) {
  const [major, minor] = version.split('.').map(Number)
  const [leastMajor, leastMinor] = leastNode.split('.').map(Number)
  return major > leastMajor || (major === leastMajor && minor >= leastMinor)
}

export const installText = `Install Node ${leastNode.replace(/\.0$/, '')} or newer: https://nodejs.org`

/** `Node 20.20.2 is too old: Relata needs 22.13 or newer` */
export function tooOldText(version) {
  return `Node ${version} is too old: Relata needs ${leastNode.replace(/\.0$/, '')} or newer`
}
