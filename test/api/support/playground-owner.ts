/** A program that starts a playground in the folder of its argument, says so, and waits to be ended. */
import { setTimeout as sleep } from 'node:timers/promises';
import { startPlayground } from '../../../playground/control-plane.ts';

await using playground = await startPlayground({ dir: process.argv[2] ?? '' });
console.log(playground.server);
await sleep(3_600_000);
