import type { StructuredApplication, ValueId } from '@vae/autograd'
import type { Expression } from './expression.ts'
import type { KernelWork } from './lowering.ts'
import type { Reduction } from './step.ts'
import type { View } from './view.ts'

/* What a tape is lowered to, before loops are fused. */

/** One elementwise application; fusion puts several into one loop. */
export interface ElementNode {
  readonly kind: 'element'
  readonly label: string
  readonly result: ValueId
  readonly elements: number
  /** Sizes that cut its elements wherever the walk over an operand does. */
  readonly sizes: readonly number[]
  readonly expression: Expression
  readonly operands: readonly View[]
}

/** One reduction over some axes; fusion puts it into the loop that makes its operand. */
export interface ReduceNode {
  readonly kind: 'reduce'
  readonly label: string
  readonly result: ValueId
  /** Of the operand. */
  readonly elements: number
  readonly sizes: readonly number[]
  /** Which of `sizes` are reduced. */
  readonly reduced: readonly boolean[]
  readonly reduction: Reduction
  readonly operands: readonly [View]
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

export type Node = ElementNode | ReduceNode | KernelNode | BarrierNode | StructuredNode

/** The values that a node makes. */
export const resultsOf = (node: Node): readonly ValueId[] =>
  node.kind === 'structured' ? node.results : [node.result]
