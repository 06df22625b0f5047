import { add, arange, matmul, relu, sum, type Tensor, tensor, topK, zeros } from '@vae/tensor'
import { expect, it } from 'vitest'
import { recordFunction } from './function.ts'
import { showGraph } from './show-graph.ts'
import { simplify } from './simplify.ts'
import { vjpTape } from './vjp.ts'

const layer = (p: { readonly weight: Tensor<[3, 2]>; readonly bias: Tensor<[2]> }, x: Tensor<[4, 3]>) =>
  sum(relu(add(matmul(x, p.weight), p.bias)), [0, 1])

const { tape } = recordFunction(layer, [{ weight: zeros([3, 2]), bias: zeros([2]) }, zeros([4, 3])])

it('draws a layer', () => {
  expect(showGraph(simplify(tape), 'mermaid')).toMatchInlineSnapshot(`
    "flowchart TD
      v0(["0.bias<br>f32[2]"])
      v1(["0.weight<br>f32[3, 2]"])
      v2(["1<br>f32[4, 3]"])
      v3["matmul transposeLeft=false transposeRight=false<br>f32[4, 2]"]
      v4["broadcastTo shape=[4, 2]<br>f32[4, 2]"]
      v5["add<br>f32[4, 2]"]
      v7["fill value=0 shape=[4, 2] dtype=f32<br>f32[4, 2]"]
      v8["compare direction=le<br>bool[4, 2]"]
      v11["select<br>f32[4, 2]"]
      v12["sum axes=[0, 1]<br>f32[]"]
      o0(["output 0"])
      v2 --> v3
      v1 --> v3
      v0 --> v4
      v3 --> v5
      v4 --> v5
      v5 --> v8
      v7 --> v8
      v8 --> v11
      v7 --> v11
      v5 --> v11
      v11 --> v12
      v12 --> o0"
  `)
})

it('draws its gradient', () => {
  expect(showGraph(simplify(vjpTape(tape, [0, 1])), 'dot')).toMatchInlineSnapshot(`
    "digraph tape {
      ordering=in
      v0 [shape=ellipse, label="0.bias\\nf32[2]"]
      v1 [shape=ellipse, label="0.weight\\nf32[3, 2]"]
      v2 [shape=ellipse, label="1\\nf32[4, 3]"]
      v3 [shape=ellipse, label="cotangent0\\nf32[]"]
      v4 [shape=box, label="matmul transposeLeft=false transposeRight=false\\nf32[4, 2]"]
      v5 [shape=box, label="broadcastTo shape=[4, 2]\\nf32[4, 2]"]
      v6 [shape=box, label="add\\nf32[4, 2]"]
      v8 [shape=box, label="fill value=0 shape=[4, 2] dtype=f32\\nf32[4, 2]"]
      v9 [shape=box, label="compare direction=le\\nbool[4, 2]"]
      v12 [shape=box, label="select\\nf32[4, 2]"]
      v13 [shape=box, label="sum axes=[0, 1]\\nf32[]"]
      v14 [shape=box, label="reshape shape=[1, 1]\\nf32[1, 1]"]
      v15 [shape=box, label="broadcastTo shape=[4, 2]\\nf32[4, 2]"]
      v21 [shape=box, label="select\\nf32[4, 2]"]
      v22 [shape=box, label="sum axes=[0]\\nf32[2]"]
      v25 [shape=box, label="matmul transposeLeft=true transposeRight=false\\nf32[3, 2]"]
      o0 [shape=ellipse, label="output 0"]
      o1 [shape=ellipse, label="output 1"]
      o2 [shape=ellipse, label="output 2"]
      v2 -> v4
      v1 -> v4
      v0 -> v5
      v4 -> v6
      v5 -> v6
      v6 -> v9
      v8 -> v9
      v9 -> v12
      v8 -> v12
      v6 -> v12
      v12 -> v13
      v3 -> v14
      v14 -> v15
      v9 -> v21
      v8 -> v21
      v15 -> v21
      v21 -> v22
      v2 -> v25
      v21 -> v25
      v13 -> o0
      v22 -> o1
      v25 -> o2
    }"
  `)
})

it('escapes what has a meaning in the language', () => {
  const f = (p: { readonly 'say "hi" \\ <b>#1`': Tensor<[2]> }) => p['say "hi" \\ <b>#1`']
  const named = recordFunction(f, [{ 'say "hi" \\ <b>#1`': zeros([2]) }]).tape
  expect(showGraph(named, 'mermaid')).toMatchInlineSnapshot(`
    "flowchart TD
      v0(["0.say #34;hi#34; #92; #60;b#62;#35;1#96;<br>f32[2]"])
      o0(["output 0"])
      v0 --> o0"
  `)
  expect(showGraph(named, 'dot')).toMatchInlineSnapshot(`
    "digraph tape {
      ordering=in
      v0 [shape=ellipse, label="0.say \\"hi\\" \\\\ <b>#1\`\\nf32[2]"]
      o0 [shape=ellipse, label="output 0"]
      v0 -> o0
    }"
  `)
})

it('draws constants and several outputs', () => {
  const f = (x: Tensor<[3]>) => topK(add(x, tensor([3], [1, 2, 3])), 2, 0)
  expect(showGraph(recordFunction(f, [arange(3)]).tape, 'mermaid')).toMatchInlineSnapshot(`
    "flowchart TD
      v0(["0<br>f32[3]"])
      v1[("constant0<br>f32[3]")]
      v2["add<br>f32[3]"]
      v3["argsort axis=0 descending=true<br>i32[3]"]
      v4["slice start=[0] limit=[2] stride=[1]<br>i32[2]"]
      v5["gather axis=0 batchDims=0<br>f32[2]"]
      o0(["output 0"])
      o1(["output 1"])
      v0 --> v2
      v1 --> v2
      v2 --> v3
      v3 --> v4
      v2 --> v5
      v4 --> v5
      v4 --> o0
      v5 --> o1"
  `)
})
