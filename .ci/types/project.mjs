import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fromRoot } from '../process.mjs'

const compilerOptions = {
  target: 'es2022',
  lib: ['es2022'],
  module: 'nodenext',
  moduleDetection: 'force',
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: true,
  noEmit: true,
  types: [],
  paths: {
    '@vae/*': [fromRoot('packages/*/dist/index.d.ts')],
    'fp-ts/lib/*': [fromRoot('packages/tensor/node_modules/fp-ts/lib/*')],
  },
}

/** The options of a user's strict project, with the built declarations of the packages. */
export const configuration = { compilerOptions, include: ['*.ts'] }

/** Calls `use` with a temporary folder that holds modules (a record of names and texts) and their tsconfig.json. */
export const withProject = async (modules, use) => {
  const folder = mkdtempSync(join(tmpdir(), 'vae-types-'))
  try {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(configuration))
    for (const [name, text] of Object.entries(modules)) writeFileSync(join(folder, name), text)
    return await use(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
