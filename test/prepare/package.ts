/** Before the package tests: the package is built and packed, and the oldest Node.js that loads it is there. */
import { pack } from '../package/support/packed.ts';
import { installNode20 } from '../package/support/node-versions.ts';
import { tell } from './tell.ts';

export default async function prepare(): Promise<void> {
  tell('building and packing the package');
  await pack();
  installNode20(tell);
}
