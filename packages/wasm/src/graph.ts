import {
  type Application,
  isStructured,
  type PrimitiveApplication,
  type StructuredApplication,
  type Tape,
  type ValueId,
} from '@vae/autograd'
import { type Primitive, type PrimitiveParameters, sizeOf, type TensorSpec } from '@vae/tensor'
import { identityOf } from './accumulator.ts'
import { laneOf } from './elementwise.ts'
import { type Epilogue, epiloguesOf } from './epilogue.ts'
import { apply, bits, type Expression, operand } from './expression.ts'
import type { KernelSizes } from './kernels.ts'
import { loweringOf } from './lowering.ts'
import { type Nearest, nearestWork, searchesOf } from './nearest.ts'
import type { Node } from './node.ts'
import { productWork } from './product.ts'
import type { Reduction } from './step.ts'
import { walkCopy } from './strided.ts'
import { unitsOf } from './unit.ts'
import type { Source, View } from './view.ts'
import { broadcastWalk, isStraight, refined, sizesOf, straight, stridesAlong } from './walk.ts'

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

const ofUnit = apply('log1pOfUnit', operand(0))

const notPositive = apply('f32x4.le', operand(0), bits(0))

/** Resolves names (reshapes, broadcasts, fills) and lowers every needed application. */
export const graphOf = (tape: Tape, sizes: KernelSizes): Graph => {
  const applications = needed(tape)
  const isUnit = unitsOf(applications)
  const nodes: Node[] = []
  const views = new Map<ValueId, View>()
  const specOf = (id: ValueId): TensorSpec => tape.values[id]!
  const stored = (id: ValueId): Source => ({ value: id, walk: straight(sizeOf(specOf(id).shape)) })
  const viewOf = (id: ValueId): View => views.get(id) ?? stored(id)

  /** The stored value with the elements of `id`, made by a copy if it is only a way of reading another. */
  const materialise = (id: ValueId): ValueId => {
    const view = viewOf(id)
    if ('bits' in view) addElement(id, 'fill', { bits: view.bits }, [])
    else if (isStraight(view.walk)) return view.value
    else addRepetition(id, view)
    views.set(id, stored(id))
    return id
  }

  /** Sizes that cut the elements of a shape as `first` and the walks over operands do, which are copied if they do not nest. */
  const readAlong = (first: readonly number[], operands: readonly ValueId[]) => {
    let sizes = first
    const read = operands.map((id) => {
      const view = viewOf(id)
      if ('bits' in view) return view
      const cut = refined(sizes, sizesOf(view.walk))
      if (cut === null) return stored(materialise(id))
      sizes = cut
      return view
    })
    return { sizes, operands: read }
  }

  const addElement = (
    result: ValueId,
    label: string,
    expression: Expression,
    operands: readonly ValueId[],
  ) => {
    const elements = sizeOf(specOf(result).shape)
    if (elements === 0) return
    const along = readAlong(sizesOf(straight(elements)), operands)
    nodes.push({ kind: 'element', label, result, elements, expression, ...along })
  }

  const addReduction = (
    result: ValueId,
    label: string,
    operation: Reduction['operation'],
    axes: readonly number[],
    from: ValueId,
  ) => {
    const { shape, dtype } = specOf(from)
    const reduction: Reduction = { operation, dtype }
    const elements = sizeOf(shape)
    const count = axes.reduce((product, axis) => product * shape[axis]!, 1)
    if (sizeOf(specOf(result).shape) === 0) return
    if (count === 0) views.set(result, { bits: identityOf(reduction) })
    else if (count === 1 && operation === 'sum' && dtype === 'f32')
      // 0 + x, which is 0 for −0
      addElement(result, label, apply('f32x4.add', operand(0), bits(0)), [from])
    else if (count === 1) views.set(result, viewOf(from))
    else {
      const runs = shape.map((size, axis) => ({ size, stride: Number(axes.includes(axis)) }))
      const axial = runs.filter(({ size }) => size > 1)
      const { sizes, operands } = readAlong(sizesOf(axial), [from])
      const reduced = stridesAlong(axial, sizes).map((stride) => stride > 0)
      nodes.push({
        kind: 'reduce',
        label,
        result,
        elements,
        sizes,
        reduced,
        reduction,
        operands: [operands[0]!],
      })
    }
  }

  const addRepetition = (result: ValueId, { value, walk }: Source) => {
    if (sizeOf(specOf(result).shape) === 0) return
    const step = { ...walkCopy(specOf(result), walk), from: { operand: 0 }, to: 'result' as const }
    const work = { steps: [step], workspaces: [] }
    nodes.push({ kind: 'kernel', label: 'broadcastTo', result, operands: [value], work })
  }

  const broadcast = (result: ValueId, from: ValueId) => {
    const view = viewOf(from)
    const [own, shape] = [specOf(from).shape, specOf(result).shape]
    if ('bits' in view) views.set(result, view)
    else if (sizeOf(shape) > 0) {
      const walk = broadcastWalk(view.walk, own, shape)
      if (walk !== null) views.set(result, { value: view.value, walk })
      // the elements of a value that lies as it is read nest with any axes
      else
        views.set(result, {
          value: materialise(from),
          walk: broadcastWalk(straight(sizeOf(own)), own, shape)!,
        })
    }
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
    else if (lowering.kind === 'reduce')
      addReduction(result, primitive, lowering.operation, lowering.axes(parameters), operands[0]!)
    else if (primitive === 'log1p' && isUnit(operands[0]!)) addElement(result, primitive, ofUnit, operands)
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

  /** A search for the nearest row of a codebook. */
  const addSearch = (search: Nearest) => {
    const { product, terms, columns, result, least } = search
    const operands = [...product.operands, terms, ...(columns === null ? [] : [columns])].map(materialise)
    const shape = specOf(product.results[0]!).shape as readonly [number, number]
    const work = nearestWork(product.parameters, specOf(product.operands[0]!), shape, search, sizes)
    const label = `matmul ${least ? 'argmin' : 'argmax'}`
    nodes.push({ kind: 'kernel', label, result, operands, work })
  }

  const searches = searchesOf(tape, applications)
  const { ends, covered } = epiloguesOf(tape, applications)
  for (const application of applications) {
    const [epilogue, search] = [ends.get(application), searches.ends.get(application)]
    if (epilogue !== undefined) addProduct(epilogue)
    else if (search !== undefined) addSearch(search)
    else if (covered.has(application) || searches.covered.has(application)) continue
    else if (isStructured(application)) addStructured(application)
    else lower(application.primitive, application.parameters, application)
  }
  return { nodes, outputs: tape.outputs.map((id) => rootOf(materialise(id))) }
}
