import { build, main } from './tools.mjs';

await main(build);
