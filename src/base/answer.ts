/**
 * What is known already, or is to be waited for. `await` takes either; but to wait for what is known costs more than to
 * look it up, so where most writes come by, it is asked which of the two it is.
 */
export type Answer<T> = T | Promise<T>

/** Goes on with the answer: at once where it is known. */
export function after<A, B>(answer: Answer<A>, next: (value: A) => Answer<B>): Answer<B> {
  return answer instanceof Promise ? answer.then(next) : next(answer)
}
