export const describeQueries = (_: unknown): void => undefined
