import { expect, it } from 'vitest'
import { errorCode, reasonOf } from './reason.ts'

const systemError = (code: string) => Object.assign(new Error(`${code}: what the system says`), { code })

it('explains the codes of the system, and passes on what else there is', () => {
  expect(reasonOf(systemError('EROFS'))).toBe('the file system is read-only (EROFS)')
  expect(reasonOf(systemError('ENOSPC'))).toBe('the disk is full (ENOSPC)')
  expect(reasonOf(systemError('EWEIRD'))).toBe('EWEIRD: what the system says')
  expect(reasonOf(systemError('toString'))).toBe('toString: what the system says')
  expect(reasonOf('text')).toBe('text')
})

it('finds the code of an error, if it has one', () => {
  expect(errorCode(systemError('ENOENT'))).toBe('ENOENT')
  expect(errorCode(new Error('no code'))).toBeUndefined()
  expect(errorCode(undefined)).toBeUndefined()
})
