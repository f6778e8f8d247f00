/** How much a run does of what can go on for any time: fuzzers, random walks, kills at any moment, thousands of rows. */

/** Whether this run is a whole one: `.ci/run` sets `CI`. Other runs are to end in minutes, and do less of each kind. */
const isWhole = Boolean(process.env['CI'])

/** `whole` where `CI` is set; else `short`, which is enough to find what is broken for most inputs or moments. */
export const rounds = (whole: number, short: number): number => (isWhole ? whole : short)
