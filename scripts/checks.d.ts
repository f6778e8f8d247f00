/** The types of checks.js, for the tests that read it. */
export declare const tools: Readonly<Record<'biome' | 'house' | 'knip' | 'tsc', string>>
export declare const checks: readonly (readonly [what: string, tool: keyof typeof tools, args: readonly string[]])[]
