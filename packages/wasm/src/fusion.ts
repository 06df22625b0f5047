import type { ValueId } from '@vae/autograd'
import { sizeOf } from '@vae/tensor'
import {
  type BarrierNode,
  type ElementNode,
  type KernelNode,
  type Node,
  type ReduceNode,
  resultsOf,
  type StructuredNode,
} from './node.ts'
import { fullStrides, keptStrides, plainSpace, type Space, stridesIn, united } from './space.ts'
import { splitOf } from './split.ts'
import type { Source } from './view.ts'

/** A node that loops can do. */
export type LoopNode = ElementNode | ReduceNode

/** A value that a loop reads from memory. */
export interface Reading {
  readonly value: ValueId
  /** Along the dimensions of the loop's space. */
  readonly strides: readonly number[]
}

/** Elementwise applications and reductions that become one loop. */
export interface Fused {
  readonly kind: 'fused'
  readonly nodes: readonly LoopNode[]
  readonly space: Space
  readonly elements: number
  readonly readings: readonly Reading[]
}

/** One unit of work: a loop, a kernel, a structured primitive, or a barrier, which is none. */
export type Work = Fused | KernelNode | BarrierNode | StructuredNode

/** Beyond this a loop body only grows the compile time. */
const largestGroup = 96

const isLoopNode = (node: Node): node is LoopNode => node.kind === 'element' || node.kind === 'reduce'

/** Whether a node works on each point of the space, not only on what its reductions keep. */
export const isFull = (node: LoopNode, space: Space): boolean => node.elements === sizeOf(space.sizes)

/** How an operand is read along the space of the loop that the node is part of. */
export const operandStrides = (node: LoopNode, { walk }: Source, space: Space): readonly number[] =>
  stridesIn(space, walk, isFull(node, space))

/** How the result of a node lies along the space of its loop. */
export const resultStrides = (node: LoopNode, space: Space): readonly number[] =>
  node.kind === 'element' && isFull(node, space) ? fullStrides(space) : keptStrides(space)

interface Group {
  /** Indices of nodes, ascending. */
  members: number[]
  /** Of loops. */
  space: Space
  /** The nodes that make what the members read, some of them members. */
  readonly makers: Set<number>
  /** The last search that came by. */
  seen: number
}

const operandsOf = (node: Node): readonly ValueId[] =>
  isLoopNode(node) ? node.operands.flatMap((view) => ('bits' in view ? [] : [view.value])) : node.operands

const spaceOf = (node: Node): Space => {
  if (!isLoopNode(node)) return plainSpace([])
  return node.kind === 'reduce' ? { sizes: node.sizes, reduced: node.reduced } : plainSpace(node.sizes)
}

/** Whether nothing in a loop needs what its reductions leave: then it can be split. */
export const inOnePass = (members: readonly Node[], space: Space): boolean => {
  const kept = new Set(
    members.flatMap((node) => (node.kind === 'element' && isFull(node, space) ? [] : resultsOf(node))),
  )
  return members.every(
    (node) =>
      isLoopNode(node) &&
      isFull(node, space) &&
      node.operands.every((view) => 'bits' in view || !kept.has(view.value)),
  )
}

const sameNumbers = (a: readonly number[], b: readonly number[]): boolean => a.every((x, i) => x === b[i])

/**
 * Groups what loops can do and orders the groups. A node joins the group that makes one of its operands if there is a
 * space for both, if each reads what the other makes in registers, point by point, and if no other work lies between
 * them: then every path from one to the other stays inside, and the groups still have an order.
 */
export const fuse = (nodes: readonly Node[]): readonly Work[] => {
  const maker = new Map(nodes.flatMap((node, i) => resultsOf(node).map((id) => [id, i] as const)))
  const groups: Group[] = nodes.map((node, i) => ({
    members: [i],
    space: spaceOf(node),
    makers: new Set(operandsOf(node).flatMap((id) => maker.get(id) ?? [])),
    seen: 0,
  }))
  const groupOf = (index: number): Group => groups[index]!

  let searches = 0
  /** Whether work outside both groups needs one of them and is needed by the other. */
  const somethingBetween = (left: Group, right: Group): boolean => {
    searches++
    left.seen = searches
    right.seen = searches
    const open = [left, right]
    for (let group = open.pop(); group !== undefined; group = open.pop()) {
      const outside = group !== left && group !== right
      for (const index of group.makers) {
        const source = groupOf(index)
        if (source.seen !== searches) {
          source.seen = searches
          open.push(source)
        } else if (outside && (source === left || source === right)) return true
      }
    }
    return false
  }

  /** Whether everything that one group makes for the other is read at the point at which it is made. */
  const inRegisters = (left: Group, right: Group, space: Space): boolean =>
    [left, right].every((group) =>
      group.members.every((index) => {
        const node = nodes[index]!
        if (!isLoopNode(node)) return false
        return node.operands.every((view) => {
          const made = 'bits' in view ? undefined : maker.get(view.value)
          const source = made === undefined ? group : groupOf(made)
          if (source === group || (source !== left && source !== right)) return true
          // the maker of a value is a member of its group, which are all loop nodes
          const producer = nodes[made!] as LoopNode
          return sameNumbers(operandStrides(node, view as Source, space), resultStrides(producer, space))
        })
      }),
    )

  const merge = (left: Group, right: Group): void => {
    const members = [...left.members, ...right.members].sort((a, b) => a - b)
    const space = members.length > largestGroup ? null : united(left.space, right.space)
    if (space === null || !inRegisters(left, right, space) || somethingBetween(left, right)) return
    if (
      splitOf(space) !== null &&
      !inOnePass(
        members.map((index) => nodes[index]!),
        space,
      )
    )
      return
    left.members = members
    left.space = space
    for (const index of right.makers) left.makers.add(index)
    for (const member of right.members) groups[member] = left
    for (const member of members) left.makers.delete(member)
  }

  nodes.forEach((node, i) => {
    if (!isLoopNode(node)) return
    for (const view of node.operands) {
      const made = 'bits' in view ? undefined : maker.get(view.value)
      if (made === undefined || !isLoopNode(nodes[made]!)) continue
      const [left, right] = [groupOf(made), groupOf(i)]
      if (left !== right) merge(left, right)
    }
  })
  return ordered(nodes, groups)
}

/** What a group reads from memory: values that it does not make itself. */
const readingsOf = (nodes: readonly LoopNode[], space: Space): readonly Reading[] => {
  const made = new Set(nodes.map((node) => node.result))
  const found = new Map<string, Reading>()
  for (const node of nodes)
    for (const view of node.operands) {
      if ('bits' in view || made.has(view.value)) continue
      const strides = operandStrides(node, view, space)
      found.set(`${view.value} ${strides.join()}`, { value: view.value, strides })
    }
  return [...found.values()]
}

/** Groups after those that they need, else in the order of their last nodes. */
const ordered = (nodes: readonly Node[], groups: readonly Group[]): readonly Work[] => {
  const done = new Set<Group>()
  const work: Work[] = []
  const emit = (group: Group) => {
    if (done.has(group)) return
    done.add(group)
    for (const index of group.makers) emit(groups[index]!)
    const members = group.members.map((member) => nodes[member]!)
    const looped = members.filter(isLoopNode)
    const first = members[0]!
    const { space } = group
    if (!isLoopNode(first)) work.push(first)
    else
      work.push({
        kind: 'fused',
        nodes: looped,
        space,
        elements: sizeOf(space.sizes),
        readings: readingsOf(looped, space),
      })
  }
  groups.forEach((group, i) => {
    if (group.members.at(-1) === i) emit(group)
  })
  return work
}
