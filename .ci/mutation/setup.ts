import fc from 'fast-check'

// The same few cases in every run, so that a mutant lives or dies by the tests alone. A failure need not be made small.
fc.configureGlobal({ numRuns: 20, seed: 1, endOnFailure: true })
