/** Before the api tests: the control plane's programs are there, built one after the other if need be. */
import { resolveBinaries } from '../../playground/binaries/resolve.ts';
import { tell } from './tell.ts';

export default async function prepare(): Promise<void> {
  await resolveBinaries({ environment: process.env, progress: tell });
}
