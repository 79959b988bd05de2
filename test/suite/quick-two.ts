import { readShare } from './quick.ts'

await readShare(1, 3)
