#!/usr/bin/env node
/** The command `cellwright`. */
import { run } from './program.ts';

process.exitCode = await run(process.argv);
