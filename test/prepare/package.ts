/** Before the package tests: the package is packed, and the programs are there that its command and its users run. */
import { resolveBinaries } from '../../playground/binaries/resolve.ts';
import { installNode20 } from '../package/support/node-versions.ts';
import { pack } from '../package/support/packed.ts';
import { realOpa } from '../rego/support/opa.ts';
import { tell } from './tell.ts';

export default async function prepare(): Promise<void> {
  await resolveBinaries({ environment: process.env, progress: tell });
  await realOpa();
  installNode20(tell);
  tell('building and packing the package');
  await pack();
}
