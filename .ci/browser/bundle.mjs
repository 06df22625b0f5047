import { build } from 'vite'
import { fromRoot } from '../process.mjs'
import { packages } from '../workspace.mjs'

const alias = packages.map(({ name }) => ({
  find: new RegExp(`^@vae/${name}$`),
  replacement: fromRoot(`packages/${name}/src/index.ts`),
}))

/** One JavaScript module with everything that `entry` imports, from the sources of the packages. */
export const bundle = async (entry) => {
  const [result] = await build({
    configFile: false,
    logLevel: 'warn',
    resolve: { alias },
    build: {
      write: false,
      minify: true,
      target: 'es2022',
      lib: { entry: fromRoot(entry), formats: ['es'], fileName: 'page' },
    },
  })
  return result.output[0].code
}
