import { showParameters, showSpec } from './show.ts'
import type { Tape, ValueId } from './tape.ts'

/** The languages that a tape can be drawn in. */
export type GraphFormat = 'mermaid' | 'dot'

/** A value of a tape as the node of a picture. */
interface GraphNode {
  readonly name: string
  readonly kind: 'input' | 'constant' | 'primitive' | 'output'
  /** Lines of its label. */
  readonly lines: readonly string[]
}

interface Graph {
  readonly nodes: readonly GraphNode[]
  /** From the name of a node to that of another. */
  readonly edges: readonly (readonly [from: string, to: string])[]
}

const graphOf = (tape: Tape): Graph => {
  const spec = (ids: readonly ValueId[]): string => ids.map((id) => showSpec(tape.values[id]!)).join(', ')
  // An application with several results is one node.
  const first = new Map(tape.applications.flatMap(({ results }) => results.map((id) => [id, results[0]!])))
  const value = (id: ValueId): string => `v${first.get(id) ?? id}`
  return {
    nodes: [
      ...tape.inputs.map(
        ({ id, name }): GraphNode => ({ name: value(id), kind: 'input', lines: [name, spec([id])] }),
      ),
      ...tape.constants.map(
        ({ id, name }): GraphNode => ({ name: value(id), kind: 'constant', lines: [name, spec([id])] }),
      ),
      ...tape.applications.map(
        ({ primitive, parameters, results }): GraphNode => ({
          name: value(results[0]!),
          kind: 'primitive',
          lines: [[primitive, ...showParameters(parameters)].join(' '), spec(results)],
        }),
      ),
      ...tape.outputs.map(
        (_, index): GraphNode => ({ name: `o${index}`, kind: 'output', lines: [`output ${index}`] }),
      ),
    ],
    edges: [
      ...tape.applications.flatMap(({ operands, results }) =>
        operands.map((id) => [value(id), value(results[0]!)] as const),
      ),
      ...tape.outputs.map((id, index) => [value(id), `o${index}`] as const),
    ],
  }
}

/** Characters that mean something in a Mermaid label, as its entity codes. */
const mermaidLabel = (text: string): string =>
  text.replace(/[#"<>&`\\]/g, (character) => `#${character.codePointAt(0)};`)

const mermaidShapes: { readonly [K in GraphNode['kind']]: readonly [string, string] } = {
  input: ['([', '])'],
  constant: ['[(', ')]'],
  primitive: ['[', ']'],
  output: ['([', '])'],
}

const mermaid = ({ nodes, edges }: Graph): string =>
  [
    'flowchart TD',
    ...nodes.map(({ name, kind, lines }) => {
      const [open, close] = mermaidShapes[kind]
      return `  ${name}${open}"${lines.map(mermaidLabel).join('<br>')}"${close}`
    }),
    ...edges.map(([from, to]) => `  ${from} --> ${to}`),
  ].join('\n')

const dotLabel = (text: string): string => text.replace(/[\\"]/g, '\\$&')

const dotShapes: { readonly [K in GraphNode['kind']]: string } = {
  input: 'ellipse',
  constant: 'cylinder',
  primitive: 'box',
  output: 'ellipse',
}

const dot = ({ nodes, edges }: Graph): string =>
  [
    'digraph tape {',
    // Operands from left to right.
    '  ordering=in',
    ...nodes.map(
      ({ name, kind, lines }) =>
        `  ${name} [shape=${dotShapes[kind]}, label="${lines.map(dotLabel).join('\\n')}"]`,
    ),
    ...edges.map(([from, to]) => `  ${from} -> ${to}`),
    '}',
  ].join('\n')

/**
 * A tape as a picture, in the language of Mermaid (for Markdown) or of Graphviz: a node for each input, constant,
 * application and output, with shape and dtype, and an arrow from each operand.
 *
 * ```ts
 * showGraph(tape, 'mermaid')
 * // → flowchart TD
 * //     v0(["0<br>f32[3]"])
 * //     v1["mul<br>f32[3]"]
 * //     v2["sum axes=[0]<br>f32[]"]
 * //     o0(["output 0"])
 * //     v0 --> v1
 * //     v0 --> v1
 * //     v1 --> v2
 * //     v2 --> o0
 * ```
 *
 * ```ts
 * showGraph(tape, 'dot')
 * // → digraph tape {
 * //     ordering=in
 * //     v0 [shape=ellipse, label="0\nf32[3]"]
 * //     v1 [shape=box, label="mul\nf32[3]"]
 * //     v2 [shape=box, label="sum axes=[0]\nf32[]"]
 * //     o0 [shape=ellipse, label="output 0"]
 * //     v0 -> v1
 * //     v0 -> v1
 * //     v1 -> v2
 * //     v2 -> o0
 * //   }
 * ```
 */
export const showGraph = (tape: Tape, format: GraphFormat): string =>
  format === 'mermaid' ? mermaid(graphOf(tape)) : dot(graphOf(tape))
