/** A program that builds etcd into the file of its argument and tells its progress. */
import { components } from '../../../playground/binaries/components.ts';
import { buildComponent } from '../../../playground/binaries/go-build.ts';

const etcd = components.find(({ name }) => name === 'etcd');
const target = process.argv[2];
if (etcd === undefined || target === undefined) {
  throw new Error('usage: etcd-builder.ts FILE');
}
await buildComponent(etcd, {
  target,
  environment: process.env,
  progress: (line) => process.stdout.write(`${line}\n`),
  signal: undefined,
});
