/** What the system's error codes mean, for people. */
const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EBUSY: 'it is in use',
  EDQUOT: 'the disk quota is used up',
  EEXIST: 'a file of that name is there',
  EFBIG: 'it would be larger than the file system allows',
  EIO: 'the disk reported an error',
  EISDIR: 'it is a folder, not a file',
  ELOOP: 'too many symbolic links lead to it',
  EMFILE: 'too many files are open',
  ENAMETOOLONG: 'the name is too long',
  ENOENT: 'there is no such file or folder',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of the path is not a folder',
  ENOTEMPTY: 'it is a folder with something in it',
  EPERM: 'the operation is not permitted',
  EROFS: 'the file system is read-only',
  ERR_FS_FILE_TOO_LARGE: 'it is too large to be read at once',
}

/** The system's code of an error, such as `ENOENT`, if it has one. */
export const errorCode = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined

/** Why a file operation failed, as the end of a sentence: `the disk is full (ENOSPC)`. */
export const reasonOf = (error: unknown): string => {
  const code = errorCode(error)
  const reason = code !== undefined && Object.hasOwn(reasons, code) ? reasons[code] : undefined
  if (reason !== undefined) return `${reason} (${code})`
  return error instanceof Error ? error.message : String(error)
}
