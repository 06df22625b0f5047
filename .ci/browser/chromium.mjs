import { existsSync } from 'node:fs'
import bundled from '@sparticuz/chromium'
import { chromium } from 'playwright-core'

/** Where a browser may be installed; else the one that comes as a package is unpacked. */
const installed = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
].find((path) => path !== undefined && existsSync(path))

/** Starts a headless Chromium. It makes no connection of its own. */
export const launch = async () =>
  chromium.launch({
    executablePath: installed ?? (await bundled.executablePath()),
    args: [
      ...(installed ? [] : bundled.args),
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  })

/** A page, and what it complained about: console errors, exceptions and failed requests. */
export const openPage = async (browser, options = {}) => {
  const context = await browser.newContext(options)
  const page = await context.newPage()
  const complaints = []
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`console: ${message.text()}`)
  })
  page.on('pageerror', (error) => complaints.push(`exception: ${error.message}`))
  page.on('requestfailed', (request) => complaints.push(`request: ${request.url()}`))
  return { page, complaints, close: () => context.close() }
}
