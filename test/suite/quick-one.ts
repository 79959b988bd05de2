import { readShare } from './quick.ts'

await readShare(0, 3)
