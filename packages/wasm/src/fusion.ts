import type { ValueId } from '@vae/autograd'
import type { ElementNode, KernelNode, Node } from './graph.ts'

/** Elementwise applications that become one loop. */
export interface Fused {
  readonly kind: 'fused'
  readonly nodes: readonly ElementNode[]
  readonly elements: number
  readonly columns: number
}

/** One unit of work: a loop or a kernel. */
export type Work = Fused | KernelNode

/** Beyond this a loop body only grows the compile time. */
const largestGroup = 96

interface Group {
  /** Indices of nodes, ascending. */
  members: number[]
  columns: number
}

const operandsOf = (node: Node): readonly ValueId[] =>
  node.kind === 'kernel'
    ? node.operands
    : node.operands.flatMap((view) => ('bits' in view ? [] : [view.value]))

/**
 * Groups elementwise nodes and orders the groups. A node joins the group that makes one of its operands if
 * both run over the same number of elements with the same row length, and if no other work lies between
 * them: then every path from one to the other stays inside, and the groups still have an order.
 */
export const fuse = (nodes: readonly Node[]): readonly Work[] => {
  const maker = new Map(nodes.map((node, i) => [node.result, i]))
  const makersOf = nodes.map((node) =>
    operandsOf(node).flatMap((id) => {
      const index = maker.get(id)
      return index === undefined ? [] : [index]
    }),
  )
  const groups: Group[] = nodes.map((node, i) => ({
    members: [i],
    columns: node.kind === 'element' ? node.columns : 0,
  }))
  const groupOf = (index: number): Group => groups[index]!

  /** Whether work outside both groups needs one of them and is needed by the other. */
  const somethingBetween = (left: Group, right: Group): boolean => {
    const seen = new Set<Group>([left, right])
    const open = [left, right].flatMap((group) => sourcesOf(group)).filter((group) => !seen.has(group))
    while (open.length > 0) {
      const group = open.pop()!
      if (seen.has(group)) continue
      seen.add(group)
      for (const source of sourcesOf(group)) {
        if (source === left || source === right) return true
        open.push(source)
      }
    }
    return false
  }
  const sourcesOf = (group: Group): Group[] =>
    group.members.flatMap((member) => makersOf[member]!.map(groupOf)).filter((source) => source !== group)

  const merge = (left: Group, right: Group) => {
    left.members = [...left.members, ...right.members].sort((a, b) => a - b)
    left.columns ||= right.columns
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
  return ordered(nodes, groups, sourcesOf)
}

/** Groups after those that they need, else in the order of their last nodes. */
const ordered = (
  nodes: readonly Node[],
  groups: readonly Group[],
  sourcesOf: (group: Group) => readonly Group[],
): readonly Work[] => {
  const done = new Set<Group>()
  const work: Work[] = []
  const emit = (group: Group) => {
    if (done.has(group)) return
    done.add(group)
    for (const source of sourcesOf(group)) emit(source)
    const members = group.members.map((member) => nodes[member]!)
    const elements = members.filter((node) => node.kind === 'element')
    const first = members[0]!
    if (first.kind === 'kernel') work.push(first)
    else work.push({ kind: 'fused', nodes: elements, elements: first.elements, columns: group.columns })
  }
  groups.forEach((group, i) => {
    if (group.members.at(-1) === i) emit(group)
  })
  return work
}
