import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

it('touches node only under node/', () => {
  const folder = new URL('.', import.meta.url)
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (path) => path.endsWith('.ts') && !path.endsWith('.test.ts') && !path.startsWith('node'),
  )
  expect(sources).toContain('index.ts')
  for (const path of sources)
    expect(readFileSync(new URL(path, folder), 'utf8'), path).not.toMatch(
      /from '(node:|[./]+node\/)|\b(Buffer|process)\.|\brequire\(/,
    )
})
