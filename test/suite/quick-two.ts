import { readShare } from './quick.ts'

await readShare()
