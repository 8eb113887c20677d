/** A pod's ports on this machine: free ones on the loopback interface instead of those of the pod spec. */
import { freePort } from '../../../playground/free-port.ts';

/** Local port for each port of the pod. */
export type PortMap = ReadonlyMap<number, number>;

/** A gateway listens long after its port was chosen: each jest worker has ports of its own, and no control plane takes them. */
const worker = Number(process.env['JEST_WORKER_ID'] ?? 1) % 4;
const range = { lowest: 10_000 + worker * 2500, highest: 12_500 + worker * 2500 };

/** Finds a free local port for each port of a pod. */
export async function mapPorts(ports: readonly number[]): Promise<PortMap> {
  const map = new Map<number, number>();
  for (const port of ports) {
    let local = await freePort(range);
    while ([...map.values()].includes(local)) local = await freePort(range);
    map.set(port, local);
  }
  return map;
}

/** An argument of a container with its addresses mapped: `--addr=0.0.0.0:8282` listens on loopback here. */
export function localArgument(argument: string, ports: PortMap): string {
  return argument.replaceAll(/(?:0\.0\.0\.0|127\.0\.0\.1):(\d+)/g, (_match, port: string) => {
    return `127.0.0.1:${localPort(Number(port), ports)}`;
  });
}

/** `openclaw.json` with the gateway on its local port and loopback, and the guard's address of OPA. */
export function localConfig(text: string, ports: PortMap): string {
  const config = JSON.parse(text) as {
    gateway: { port: number; bind: string };
    plugins: { entries: Record<string, { config?: { opaUrl?: string } }> };
  };
  config.gateway.port = localPort(config.gateway.port, ports);
  config.gateway.bind = 'loopback';
  const guard = config.plugins.entries['cellwright-guard']?.config;
  if (guard?.opaUrl !== undefined) {
    guard.opaUrl = localArgument(guard.opaUrl, ports);
  }
  return JSON.stringify(config);
}

/** The local port of a port of the pod. */
export function localPort(port: number, ports: PortMap): number {
  const local = ports.get(port);
  if (local === undefined) {
    throw new Error(`the pod spec names port ${port}, which no container of it declares`);
  }
  return local;
}
