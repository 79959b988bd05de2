import { readShare } from './quick.ts'

await readShare(2, 3)
