import type { ValueId } from '@vae/autograd'
import {
  type BarrierNode,
  type ElementNode,
  type KernelNode,
  type Node,
  resultsOf,
  type StructuredNode,
} from './graph.ts'
import type { Access } from './step.ts'

/** A value that a loop reads from memory. */
export interface Reading {
  readonly value: ValueId
  readonly access: Access
}

/** Elementwise applications that become one loop. */
export interface Fused {
  readonly kind: 'fused'
  readonly nodes: readonly ElementNode[]
  readonly elements: number
  readonly columns: number
  readonly readings: readonly Reading[]
}

/** One unit of work: a loop, a kernel, a structured primitive, or a barrier, which is none. */
export type Work = Fused | KernelNode | BarrierNode | StructuredNode

/** Beyond this a loop body only grows the compile time. */
const largestGroup = 96

interface Group {
  /** Indices of nodes, ascending. */
  members: number[]
  columns: number
  /** The nodes that make what the members read, some of them members. */
  readonly makers: Set<number>
}

const operandsOf = (node: Node): readonly ValueId[] =>
  node.kind === 'element'
    ? node.operands.flatMap((view) => ('bits' in view ? [] : [view.value]))
    : node.operands

/**
 * Groups elementwise nodes and orders the groups. A node joins the group that makes one of its operands if
 * both run over the same number of elements with the same row length, and if no other work lies between
 * them: then every path from one to the other stays inside, and the groups still have an order.
 */
export const fuse = (nodes: readonly Node[]): readonly Work[] => {
  const maker = new Map(nodes.flatMap((node, i) => resultsOf(node).map((id) => [id, i] as const)))
  const groups: Group[] = nodes.map((node, i) => ({
    members: [i],
    columns: node.kind === 'element' ? node.columns : 0,
    makers: new Set(operandsOf(node).flatMap((id) => maker.get(id) ?? [])),
  }))
  const groupOf = (index: number): Group => groups[index]!

  /** Whether work outside both groups needs one of them and is needed by the other. */
  const somethingBetween = (left: Group, right: Group): boolean => {
    const seen = new Set<Group>([left, right])
    const open: Group[] = []
    const visit = (group: Group) => {
      for (const index of group.makers) {
        const source = groupOf(index)
        if (!seen.has(source)) {
          seen.add(source)
          open.push(source)
        } else if ((source === left || source === right) && group !== left && group !== right) return true
      }
      return false
    }
    visit(left)
    visit(right)
    for (let group = open.pop(); group !== undefined; group = open.pop()) if (visit(group)) return true
    return false
  }

  const merge = (left: Group, right: Group) => {
    left.members = [...left.members, ...right.members].sort((a, b) => a - b)
    left.columns ||= right.columns
    for (const index of right.makers) left.makers.add(index)
    for (const member of right.members) groups[member] = left
  }

  nodes.forEach((node, i) => {
    if (node.kind !== 'element') return
    for (const view of node.operands) {
      if ('bits' in view || view.access !== 'all') continue
      const made = maker.get(view.value)
      if (made === undefined) continue
      const producer = nodes[made]!
      const [left, right] = [groupOf(made), groupOf(i)]
      const fits =
        producer.kind === 'element' &&
        producer.elements === node.elements &&
        (left.columns === 0 || right.columns === 0 || left.columns === right.columns) &&
        left.members.length + right.members.length <= largestGroup
      if (left !== right && fits && !somethingBetween(left, right)) merge(left, right)
    }
  })
  return ordered(nodes, groups)
}

/** What a group reads from memory: values that it does not make itself. */
const readingsOf = (nodes: readonly ElementNode[]): readonly Reading[] => {
  const made = new Set(nodes.map((node) => node.result))
  const found = new Map<string, Reading>()
  for (const { operands } of nodes)
    for (const view of operands)
      if (!('bits' in view) && !(view.access === 'all' && made.has(view.value)))
        found.set(`${view.value} ${view.access}`, { value: view.value, access: view.access })
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
    const elements = members.filter((node) => node.kind === 'element')
    const first = members[0]!
    if (first.kind !== 'element') work.push(first)
    else
      work.push({
        kind: 'fused',
        nodes: elements,
        elements: first.elements,
        columns: group.columns,
        readings: readingsOf(elements),
      })
  }
  groups.forEach((group, i) => {
    if (group.members.at(-1) === i) emit(group)
  })
  return work
}
