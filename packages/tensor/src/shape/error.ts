/** A shape that does not fit, found at run time. Its message is the sentence that the type would have shown. */
export class ShapeError extends Error {
  readonly _tag = 'ShapeError'
  override readonly name = 'ShapeError'
}
