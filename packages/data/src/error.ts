/** Why outside bytes could not be used: one sentence with what was expected, what came and where. */
export interface DataError {
  readonly _tag: 'DataError'
  readonly message: string
  /** The file in question, where there is one. */
  readonly path?: string
}

/**
 * The constructor of `DataError`.
 *
 * @example
 * ```ts
 * dataError('digits.png: not a PNG file', 'digits.png')
 * ```
 */
export const dataError = (message: string, path?: string): DataError =>
  path === undefined ? { _tag: 'DataError', message } : { _tag: 'DataError', message, path }
