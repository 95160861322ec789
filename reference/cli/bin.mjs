#!/usr/bin/env node
// Lets Node run the TypeScript sources as they are, then hands over to the command line.
import { register } from 'tsx/esm/api';

register();
const { main } = await import('./main.ts');
process.exitCode = await main(process.argv.slice(2));
