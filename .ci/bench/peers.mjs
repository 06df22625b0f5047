import { installFolder } from '../install.mjs'
import { Failure } from '../process.mjs'

const folder = '.ci/bench'

/** What decides which packages are there. */
const files = ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml'].map((name) => `${folder}/${name}`)

/** Installs the peers at their first use. Without them the rest is measured nevertheless. */
export const installPeers = async (say) => {
  try {
    await installFolder(folder, files, 'the libraries to compare with')
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    say(error.message)
  }
}
