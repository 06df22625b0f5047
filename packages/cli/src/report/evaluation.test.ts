import { parseHTML } from 'linkedom'
import { expect, it } from 'vitest'
import { noEvaluation, withFound } from '../run/evaluation.ts'
import { evaluationSection } from './evaluation.ts'

const rowsOf = (name: string) => [
  { name, title: `<${name}>`, unit: 'nats per image', value: 97.3, standardError: 0.25 },
  { name: `${name}Error`, title: 'error', unit: 'nats', value: 0.01, standardError: null },
]

const evaluation = withFound(
  withFound(noEvaluation, 2, [
    { metric: 'nll', rows: rowsOf('nll') },
    { metric: 'ais', rows: rowsOf('ais') },
  ]),
  5,
  [
    { metric: 'later', rows: rowsOf('later') },
    { metric: 'nll', rows: rowsOf('nll') },
    { metric: 'elbo', rows: rowsOf('elbo') },
  ],
)

const textsOf = (selector: string, epoch: number): readonly (string | null)[] =>
  [...parseHTML(evaluationSection(evaluation, epoch)).document.querySelectorAll(selector)].map(
    ({ textContent }) => textContent,
  )

it('shows the figures of the model of the report, and says which are of another', () => {
  expect(textsOf('caption', 5)).toEqual([
    'vae evaluate after epoch 5',
    'vae evaluate after epoch 2: not the model of this report, which is that of epoch 5',
  ])
  expect(textsOf('caption', 7).every((caption) => caption?.endsWith('which is that of epoch 7'))).toBe(true)
})

it('shows each with its error and its unit, in the order in which they are printed', () => {
  expect(textsOf('tbody th', 5)).toEqual([
    '<elbo>',
    'error',
    '<nll>',
    'error',
    '<later>',
    'error',
    '<ais>',
    'error',
  ])
  expect(textsOf('tbody tr:first-child td', 5).slice(0, 3)).toEqual(['97.300', '0.250', 'nats per image'])
})

it('is nothing where nothing was measured', () => {
  expect(evaluationSection(noEvaluation, 3)).toBe('')
})
