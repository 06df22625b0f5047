import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Failure, runNode } from '../process.mjs'
import { openPage } from './chromium.mjs'

/** Runs in the page: what a person would see of the report. */
const seen = () => ({
  pictures: [...document.images].map((image) => image.naturalWidth),
  curves: [...document.querySelectorAll('svg')].map((svg) => svg.querySelectorAll('path[stroke]').length),
  background: getComputedStyle(document.body).backgroundColor,
})

/** What the report of a run looks like under a colour scheme. Fails when the page complains. */
const look = async (browser, url, colorScheme) => {
  const { page, complaints, close } = await openPage(browser, { colorScheme })
  await page.goto(url)
  const found = await page.evaluate(seen)
  await close()
  if (complaints.length > 0) throw new Failure(`report.html, ${colorScheme}: ${complaints.join('\n')}`)
  if (found.pictures.length < 3 || found.pictures.some((width) => width === 0))
    throw new Failure(`report.html: three pictures expected, with widths ${found.pictures}`)
  if (found.curves.filter((count) => count >= 2).length < 3)
    throw new Failure(`report.html: three charts with two curves each expected, there are ${found.curves}`)
  return found
}

/** Trains shortly on MNIST with the command, and opens the report as a person would, in the light and in the dark. */
export const showsReport = async (browser) => {
  const folder = await mkdtemp(join(tmpdir(), 'vae-report-'))
  try {
    const options = ['--limit', '1000', '--epochs', '2', '--out', folder, '--name', 'short']
    const { code, output } = await runNode('packages/cli/bin/vae.js', ['train', ...options])
    if (code !== 0) throw new Failure(output)
    const url = pathToFileURL(join(folder, 'short', 'report.html')).href
    const light = await look(browser, url, 'light')
    const dark = await look(browser, url, 'dark')
    if (light.background === dark.background)
      throw new Failure(`report.html: the same background ${dark.background} in the light and in the dark`)
    console.log(
      `report.html: ${light.pictures.length} pictures and ${light.curves.length} charts, light and dark`,
    )
  } finally {
    await rm(folder, { recursive: true })
  }
}
