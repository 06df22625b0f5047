import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { type DataDescription, describeData } from '../data.ts'
import { buildModel, type ModelKind, settingsFrom } from '../models/registry.ts'
import { metrics } from './all.ts'
import { chosenMetrics, metricsHelp } from './choose.ts'
import type { Subject } from './metric.ts'

const subjectOf = (kind: ModelKind, data: DataDescription['name'], options: object = {}): Subject => {
  const description = describeData(data)
  const { shape, isImages, noun } = description
  const context = { example: shape, isImages, noun, trainExamples: 100 }
  const settings = settingsFrom(kind, { hidden: [4], ...options }, description, 10)
  const built = buildModel(settings, context, 'none')
  if (E.isLeft(built)) throw new Error(built.left.message)
  return { model: built.right, description, testExamples: 100 }
}

const namesOf = (subject: Subject, names?: readonly string[]): readonly string[] | string => {
  const chosen = chosenMetrics(subject, names)
  return E.isLeft(chosen) ? chosen.left.message : chosen.right.map(({ name }) => name)
}

const all = ['nll', 'ais', 'kl-per-dimension', 'aggregate', 'frechet-prior']

describe('the metrics of a run', () => {
  it.each([
    ['vae', 'mnist', {}, ['elbo', 'squared-error', 'active-units', ...all, 'frechet-features']],
    ['vae', 'mixture', {}, ['elbo', 'squared-error', 'active-units', ...all]],
    ['iwae', 'mixture', {}, ['elbo', 'squared-error', 'active-units', ...all]],
    [
      'factor-vae',
      'dsprites',
      { hidden: [4], network: 'mlp' },
      ['elbo', 'squared-error', 'active-units', ...all, 'disentanglement'],
    ],
    [
      'vae',
      'mixture',
      { prior: 'mixture' },
      ['elbo', 'squared-error', 'active-units', 'nll', 'ais', 'aggregate'],
    ],
    ['vae', 'mixture', { posterior: 'iaf' }, ['elbo', 'squared-error', 'active-units', 'nll', 'ais']],
    [
      'vae',
      'mixture',
      { likelihood: 'squared-error' },
      ['elbo', 'squared-error', 'active-units', ...all.slice(2)],
    ],
    ['ae', 'dsprites', { network: 'mlp' }, ['reconstruction', 'squared-error', 'disentanglement']],
    ['rvq', 'fashion-mnist', {}, ['reconstruction', 'squared-error', 'codebook', 'frechet-features']],
  ] as const)('%s on %s with %j', (kind, data, options, names) => {
    expect(namesOf(subjectOf(kind, data, options))).toEqual(names)
  })

  it('are printed in one order, however they are asked for', () => {
    const subject = subjectOf('vae', 'mnist')
    const names = namesOf(subject) as readonly string[]
    fc.assert(
      fc.property(fc.shuffledSubarray([...names]), (asked) => {
        expect(namesOf(subject, [...asked, ...asked])).toEqual(names.filter((name) => asked.includes(name)))
      }),
    )
  })

  it('are told where one does not apply, or is none', () => {
    const subject = subjectOf('fsq', 'mixture')
    const known = 'this run has reconstruction, squared-error, codebook'
    expect(namesOf(subject, ['nll'])).toBe(`--metrics: nll does not apply to this run: ${known}`)
    expect(namesOf(subject, ['fid'])).toBe(`--metrics: there is no metric fid: ${known}`)
  })

  it('have names of their own, all in the help', () => {
    const names = metrics.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    for (const name of names) expect(metricsHelp()).toMatch(new RegExp(`^  ${name} +[^ ]`, 'm'))
  })
})
