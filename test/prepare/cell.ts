/** Before the cell tests: opa and the real OpenClaw are there. */
import { realOpenClaw } from '../cell/support/openclaw.ts';
import { findOpa } from '../../opa/find-opa.ts';
import { tell } from './tell.ts';

export default async function prepare(): Promise<void> {
  await findOpa({ environment: process.env, progress: tell });
  await realOpenClaw();
}
