import {
  type Application,
  isStructured,
  type PrimitiveApplication,
  type StructuredApplication,
  type Tape,
  type ValueId,
} from '@vae/autograd'
import { type Primitive, type PrimitiveParameters, sizeOf, type TensorSpec } from '@vae/tensor'
import { laneOf } from './elementwise.ts'
import { type Epilogue, epiloguesOf } from './epilogue.ts'
import { apply, bits, type Expression, operand } from './expression.ts'
import type { KernelSizes } from './kernels.ts'
import { type KernelWork, loweringOf } from './lowering.ts'
import { productWork } from './product.ts'
import { broadcastCopy } from './strided.ts'
import { broadcastAccess, type Source, stored, type View } from './view.ts'

/** One elementwise application; fusion puts several into one loop. */
export interface ElementNode {
  readonly kind: 'element'
  readonly label: string
  readonly result: ValueId
  readonly elements: number
  /** Row length that its operands ask for, or 0. */
  readonly columns: number
  readonly expression: Expression
  readonly operands: readonly View[]
}

/** One application of a kernel, which reads whole values. */
export interface KernelNode {
  readonly kind: 'kernel'
  readonly label: string
  readonly result: ValueId
  readonly operands: readonly ValueId[]
  readonly work: KernelWork
}

/** The elements of operand 0 under another name. No code: it keeps what reads it behind its other operands. */
export interface BarrierNode {
  readonly kind: 'barrier'
  readonly label: string
  readonly result: ValueId
  readonly operands: readonly ValueId[]
}

/** One application of scan or cond, whose bodies are planned by themselves. */
export interface StructuredNode {
  readonly kind: 'structured'
  readonly label: string
  readonly results: readonly ValueId[]
  readonly operands: readonly ValueId[]
  readonly application: StructuredApplication
}

export type Node = ElementNode | KernelNode | BarrierNode | StructuredNode

/** The values that a node makes. */
export const resultsOf = (node: Node): readonly ValueId[] =>
  node.kind === 'structured' ? node.results : [node.result]

/** What is to be computed, operands first, and where the outputs of the tape are found. */
export interface Graph {
  readonly nodes: readonly Node[]
  readonly outputs: readonly ValueId[]
}

/** The applications that the outputs need. */
const needed = (tape: Tape): readonly Application[] => {
  const live = new Set(tape.outputs)
  const kept: Application[] = []
  for (const application of [...tape.applications].reverse()) {
    if (!application.results.some((id) => live.has(id))) continue
    for (const id of application.operands) live.add(id)
    kept.push(application)
  }
  return kept.reverse()
}

const notPositive = apply('f32x4.le', operand(0), bits(0))

/** Resolves names (reshapes, broadcasts, fills) and lowers every needed application. */
export const graphOf = (tape: Tape, sizes: KernelSizes): Graph => {
  const nodes: Node[] = []
  const views = new Map<ValueId, View>()
  const specOf = (id: ValueId): TensorSpec => tape.values[id]!
  const viewOf = (id: ValueId): View => views.get(id) ?? stored(id)

  /** The stored value with the elements of `id`, made by a copy if it is only a way of reading another. */
  const materialise = (id: ValueId): ValueId => {
    const view = viewOf(id)
    if ('bits' in view) addElement(id, 'fill', { bits: view.bits }, [])
    else if (view.access === 'all') return view.value
    else addRepetition(id, view)
    views.set(id, stored(id))
    return id
  }

  const addElement = (
    result: ValueId,
    label: string,
    expression: Expression,
    operands: readonly ValueId[],
  ) => {
    const elements = sizeOf(specOf(result).shape)
    if (elements === 0) return
    let columns = 0
    const read = operands.map((id) => {
      const view = viewOf(id)
      if ('bits' in view || view.columns === 0) return view
      if (columns !== 0 && view.columns !== columns) return stored(materialise(id))
      columns = view.columns
      return view
    })
    nodes.push({ kind: 'element', label, result, elements, columns, expression, operands: read })
  }

  const addCopy = (result: ValueId, label: string, from: ValueId, step: ReturnType<typeof broadcastCopy>) => {
    if (sizeOf(specOf(result).shape) === 0) return
    const steps = [{ ...step, from: { operand: 0 }, to: 'result' as const }]
    nodes.push({ kind: 'kernel', label, result, operands: [from], work: { steps, workspaces: [] } })
  }

  const addRepetition = (result: ValueId, view: Source) => {
    const { dtype, shape } = specOf(result)
    const count = sizeOf(specOf(view.value).shape)
    const total = sizeOf(shape)
    const [from, to] =
      view.access === 'column'
        ? [
            [count, 1],
            [count, total / count],
          ]
        : [
            [1, count],
            [total / count, count],
          ]
    addCopy(result, 'broadcastTo', view.value, broadcastCopy({ dtype, shape: from! }, to!))
  }

  const broadcast = (result: ValueId, from: ValueId) => {
    const view = viewOf(from)
    const simple = 'bits' in view || view.access === 'one'
    const access = broadcastAccess(specOf(from).shape, specOf(result).shape)
    if (simple) views.set(result, view)
    else if (access === null) {
      const whole = materialise(from)
      addCopy(result, 'broadcastTo', whole, broadcastCopy(specOf(from), specOf(result).shape))
    } else if (access.access === 'all') views.set(result, view)
    else views.set(result, { value: materialise(from), ...access })
  }

  /** The stored values that barriers hand through. */
  const roots = new Map<ValueId, ValueId>()
  const rootOf = (id: ValueId): ValueId => roots.get(id) ?? id

  const addBarrier = (result: ValueId, [x, ...others]: readonly ValueId[]) => {
    const view = viewOf(x!)
    // a constant is nowhere, and takes no time to make anew
    if ('bits' in view) views.set(result, view)
    else if (sizeOf(specOf(result).shape) > 0) {
      const from = materialise(x!)
      const known = others.flatMap((id) => {
        const other = viewOf(id)
        return 'bits' in other ? [] : [other.value]
      })
      roots.set(result, rootOf(from))
      nodes.push({ kind: 'barrier', label: 'barrier', result, operands: [from, ...known] })
    }
  }

  const addStructured = (application: StructuredApplication) => {
    const { primitive, results } = application
    const operands = application.operands.map(materialise)
    nodes.push({ kind: 'structured', label: primitive, results, operands, application })
  }

  const lower = <P extends Primitive>(
    primitive: P,
    parameters: PrimitiveParameters[P],
    { operands, results }: PrimitiveApplication,
  ) => {
    const lowering = loweringOf(primitive)
    const result = results[0]!
    if (lowering.kind === 'alias') views.set(result, viewOf(operands[0]!))
    else if (lowering.kind === 'barrier') addBarrier(result, operands)
    else if (lowering.kind === 'broadcast') broadcast(result, operands[0]!)
    else if (lowering.kind === 'constant')
      views.set(result, { bits: laneOf(lowering.value(parameters), specOf(result).dtype) })
    else if (lowering.kind === 'element')
      addElement(result, primitive, lowering.expression(parameters, operands.map(specOf)), operands)
    else if (sizeOf(specOf(result).shape) > 0) {
      const read = operands.map(materialise)
      const work = lowering.work(parameters, operands.map(specOf), specOf(result), sizes)
      nodes.push({ kind: 'kernel', label: primitive, result, operands: read, work })
    }
  }

  /** A product that finishes its result, and the mask of its relu if others read that. */
  const addProduct = ({ product, bias, activation, result, mask }: Epilogue) => {
    if (sizeOf(specOf(result).shape) === 0) return
    const operands = [...product.operands, ...(bias === null ? [] : [bias])].map(materialise)
    const finish = { bias: bias !== null, activation }
    const left = specOf(product.operands[0]!)
    const work = productWork(product.parameters, left, specOf(result), sizes, finish)
    const label = [
      'matmul',
      ...(bias === null ? [] : ['add']),
      ...(activation === 'none' ? [] : [activation]),
    ]
    nodes.push({ kind: 'kernel', label: label.join(' '), result, operands, work })
    if (mask !== null) addElement(mask, 'compare', notPositive, [result])
  }

  const applications = needed(tape)
  const { ends, covered } = epiloguesOf(tape, applications)
  for (const application of applications) {
    const epilogue = ends.get(application)
    if (epilogue !== undefined) addProduct(epilogue)
    else if (covered.has(application)) continue
    else if (isStructured(application)) addStructured(application)
    else lower(application.primitive, application.parameters, application)
  }
  return { nodes, outputs: tape.outputs.map((id) => rootOf(materialise(id))) }
}
