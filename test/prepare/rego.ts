/** Before the Rego tests: opa is there. */
import { findOpa } from '../../opa/find-opa.ts';
import { tell } from './tell.ts';

export default async function prepare(): Promise<void> {
  await findOpa({ environment: process.env, progress: tell });
}
