import { library } from './library.mjs'

const { RecordedTensor, full, recordingWith, specOf } = library

/** A recorder that computes shapes alone: sizes may be as large as those of real models. */
const shapesOnly = {
  level: 1,
  apply: (primitive, operands, parameters) =>
    new RecordedTensor(specOf(primitive, operands, parameters), shapesOnly, 0, primitive),
}

/** A tensor without elements. */
export const abstractTensor = (shape, dtype) => new RecordedTensor({ shape, dtype }, shapesOnly, 0, 'input')

/** A tensor with elements. */
export const concreteTensor = (shape, dtype) => full(shape, 1, dtype)

/** The result of an expression over named tensors as `{ result }`, or what it throws as `{ error }`. */
export const evaluate = (expression, values) => {
  const words = [...new Set(expression.match(/[A-Za-z]\w*/g))]
  const names = words.filter((word) => word in values || word in library)
  const call = new Function(...names, `return ${expression}`)
  try {
    return { result: call(...names.map((name) => values[name] ?? library[name])) }
  } catch (error) {
    return { error }
  }
}

/** Stands for the key of parameters, so that none are drawn: those of real models are many. */
const key = () => abstractTensor([2], 'u32')

/** The same for tensors without elements: the constants and parameters in it have none either. */
export const evaluateAbstract = (expression, values) =>
  recordingWith(shapesOnly, () => evaluate(expression, { ...values, key }))
