/** A free TCP port on loopback. */
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { PlaygroundError } from './playground-error.ts';

// Below the ports that systems hand out to outgoing connections (Linux from 32768, macOS from 49152), so that none of
// those takes the port between our look and the moment the program listens.
const ordinary = { lowest: 20_000, highest: 32_000 };

/**
 * A port nobody listens on at the moment.
 * @param range from the lowest on, without the highest @default - 20000 to 32000
 * @throws PlaygroundError `playground.port` when a hundred random ones are all in use
 */
export async function freePort({ lowest, highest } = ordinary): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const port = randomInt(lowest, highest);
    if (await isFree(port)) {
      return port;
    }
  }
  throw new PlaygroundError('playground.port', `found no free port on 127.0.0.1 from ${lowest} to ${highest}`);
}

/** Whether a program could listen on that port of 127.0.0.1. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') {
        resolve(false);
      } else {
        reject(error);
      }
    });
    server.listen(port, '127.0.0.1', () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}
