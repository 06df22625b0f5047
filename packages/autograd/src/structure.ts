import { type AnyTensor, HostTensor, isTensor, RecordedTensor, type Shape, sameShape } from '@vae/tensor'

/*
 * What the calls of a compiled function have in common, prepared once: recognising arguments and putting a result
 * together, at every step of a training loop, must cost less than a kernel. So there are no paths here, no sorting and
 * no recursion.
 */

/** Where a node hangs: in which container, by its index, and under which key. */
interface Place {
  readonly parent: number
  readonly key: string
}

interface Leaf extends Place {
  readonly kind: 'tensor'
  readonly shape: Shape
  readonly dtype: AnyTensor['dtype']
}

/** A record or an array with `size` children. */
interface Container extends Place {
  readonly kind: 'record' | 'list'
  readonly size: number
}

/** What is neither, and is handed on as it is: undefined, numbers, functions, instances of classes. */
interface Other extends Place {
  readonly kind: 'other'
  readonly value: unknown
}

type Node = Leaf | Container | Other

type Children = Record<string, unknown>

const isRecord = (node: unknown): node is Children => {
  if (typeof node !== 'object' || node === null) return false
  const prototype = Object.getPrototypeOf(node)
  return prototype === Object.prototype || prototype === null
}

/** The nodes of a list and below it, in the order of `mapTensors`: each container before its children. */
const nodesOf = (root: readonly unknown[]): readonly Node[] => {
  const nodes: Node[] = []
  let containers = 0
  const visit = (node: unknown, place: Place): void => {
    if (isTensor(node)) nodes.push({ ...place, kind: 'tensor', shape: node.shape, dtype: node.dtype })
    else if (Array.isArray(node) || isRecord(node)) {
      const kind = Array.isArray(node) ? 'list' : 'record'
      const keys = kind === 'list' ? Object.keys(node) : Object.keys(node).sort((a, b) => (a < b ? -1 : 1))
      const parent = containers++
      nodes.push({ ...place, kind, size: keys.length })
      for (const key of keys) visit((node as Children)[key], { parent, key })
    } else nodes.push({ ...place, kind: 'other', value: node })
  }
  visit(root, { parent: -1, key: '' })
  return nodes
}

const sizeOfRecord = (record: object): number => {
  let size = 0
  for (const _ in record) size++
  return size
}

const isLike = (node: unknown, { kind, size }: Container): node is Children =>
  kind === 'list'
    ? Array.isArray(node) && node.length === size
    : isRecord(node) && sizeOfRecord(node) === size

const isLeafLike = (node: unknown, { shape, dtype }: Leaf): node is AnyTensor =>
  (node instanceof HostTensor || (isTensor(node) && !(node instanceof RecordedTensor))) &&
  node.dtype === dtype &&
  sameShape(node.shape, shape)

/**
 * Recognises arguments with the structure of `args`: tensors of the same shapes and dtypes at the same places, and
 * the same values elsewhere. The result gives their tensors in canonical order, or null for other arguments.
 */
export const recogniser = (args: readonly unknown[]) => {
  const [, ...nodes] = nodesOf(args)
  return (candidate: readonly unknown[]): AnyTensor[] | null => {
    if (candidate.length !== args.length) return null
    const containers: Children[] = [candidate as unknown as Children]
    const tensors: AnyTensor[] = []
    for (const node of nodes) {
      const found = containers[node.parent]![node.key]
      if (node.kind === 'tensor') {
        if (!isLeafLike(found, node)) return null
        tensors.push(found)
      } else if (node.kind === 'other') {
        if (found !== node.value) return null
      } else if (isLike(found, node)) containers.push(found)
      else return null
    }
    return tensors
  }
}

/** Makes values like `result` around other tensors, which come in canonical order. */
export const rebuilder = <R>(result: R): ((tensors: readonly AnyTensor[]) => R) => {
  const [, ...nodes] = nodesOf([result])
  return (tensors) => {
    const root: Children = {}
    const containers = [root]
    let next = 0
    for (const node of nodes) {
      const children = containers[node.parent]!
      if (node.kind === 'tensor') children[node.key] = tensors[next++]
      else if (node.kind === 'other') children[node.key] = node.value
      else {
        // an array is filled by index as a record by key
        const container = (node.kind === 'list' ? [] : {}) as Children
        children[node.key] = container
        containers.push(container)
      }
    }
    // the nodes are those of a list that has the result alone
    return root[0] as R
  }
}
