#!/usr/bin/env node
/** The command `cellwright`. */
import { enableCompileCache } from 'node:module';
import { hookModules } from './fleet/module-sharing.ts';

// Before anything large is loaded: the next start takes what this one compiled (in the system's temporary folder).
enableCompileCache();
hookModules();
const { run } = await import('./program.ts');

process.exitCode = await run(process.argv);
