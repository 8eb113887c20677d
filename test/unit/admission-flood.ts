/** A caller that asks as much as it can, on a thread of its own: what it costs itself must not count as a cost of the server. */
import { Agent, request } from 'node:https';
import { parentPort, workerData } from 'node:worker_threads';

/** What it is told. */
export interface Flood {
  readonly port: number;
  readonly ca: string;
  /** Address that it asks from. */
  readonly localAddress: string;
  /** Sent in turn. */
  readonly bodies: readonly string[];
  readonly connections: number;
  readonly lastsMs: number;
}

/** What came back: how often each status, and `cut` for connections that broke. */
export type FloodOutcome = Readonly<Record<string, number>>;

const { port, ca, localAddress, bodies, connections, lastsMs } = workerData as Flood;
const agent = new Agent({ keepAlive: true, maxSockets: connections });
const until = Date.now() + lastsMs;
const outcome: Record<string, number> = {};

function ask(body: string): Promise<string> {
  return new Promise((resolve) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const options = { agent, host: '127.0.0.1', port, ca, localAddress, method: 'POST', path: '/validate', headers };
    const sent = request(options, (answer) => {
      answer.resume();
      answer.on('close', () => resolve(String(answer.statusCode)));
    });
    sent.on('error', () => resolve('cut'));
    sent.end(body);
  });
}

async function flood(first: number): Promise<void> {
  for (let round = first; Date.now() < until; round += 1) {
    const how = await ask(bodies[round % bodies.length] ?? '');
    outcome[how] = (outcome[how] ?? 0) + 1;
  }
}

await Promise.all(Array.from({ length: connections }, (_, index) => flood(index)));
agent.destroy();
parentPort?.postMessage(outcome);
