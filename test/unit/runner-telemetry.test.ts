import { describe, expect, test } from '@jest/globals';
import { phaseOf } from '../../runner/fleet/tenant-pass.ts';
import type { Tenant } from '../../runner/fleet/inputs.ts';
import { HealthAddressError, startHealthServer } from '../../runner/telemetry/health-server.ts';
import { createLog } from '../../runner/telemetry/log.ts';
import { createMetrics } from '../../runner/telemetry/metrics.ts';

const { registry } = createMetrics({ queueDepth: () => 3 });
const health = (address: string, problem?: string): ReturnType<typeof startHealthServer> =>
  startHealthServer({ address, registry, stuckBecause: () => undefined, notReadyBecause: () => problem });

describe('probes', () => {
  test('tell a process that turns from one that is ready, and serve the metrics', async () => {
    const server = await health('127.0.0.1:0', 'not listed yet: Service');
    const ask = async (path: string): Promise<[number, string]> => {
      const response = await fetch(`http://${server.address}${path}`);
      return [response.status, await response.text()];
    };
    expect(await ask('/livez')).toEqual([200, 'ok\n']);
    expect(await ask('/readyz')).toEqual([503, 'not listed yet: Service\n']);
    expect((await ask('/metrics'))[1]).toContain('cellwright_queue_depth 3');
    expect((await ask('/metrics'))[1]).toContain('cellwright_passes_total{outcome="retry"} 0');
    expect((await ask('/elsewhere'))[0]).toBe(404);
    await expect(health(server.address)).rejects.toThrow(/EADDRINUSE/);
    await server.close();
  });

  test.each(['8080', 'localhost', ':99999', 'http://x:1'])('refuse %j as an address', async (address) => {
    await expect(health(address)).rejects.toBeInstanceOf(HealthAddressError);
  });
});

describe('the log', () => {
  const lines: string[] = [];
  const stream = { write: (line: string) => lines.push(line) };

  test('is JSON for machines and one line for people, with the fields of the pass', () => {
    createLog({ readable: false, stream }).child({ pass: 'p1' }).info({ created: 2 }, 'applied');
    createLog({ readable: true, stream })
      .child({ pass: 'p1' })
      .warn({ err: new Error('two words') }, 'failed');
    createLog({ readable: true, stream, level: 'error' }).info('unseen');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'info', pass: 'p1', created: 2, msg: 'applied' });
    expect(lines[1]).toMatch(/^\d\d:\d\d:\d\d WARN {2}failed {2}pass=p1 err="two words"\n$/);
    expect(lines).toHaveLength(2);
  });
});

describe('the phase of a tenant', () => {
  const tenant = (metadata: object, spec: object = {}): Tenant => ({ metadata, spec }) as Tenant;
  const deletionTimestamp = '2026-01-01T00:00:00Z';
  const paused = { annotations: { 'cellwright.dev/paused': '' } };

  test.each([
    ['apply', tenant({}, { delivery: 'Managed' })],
    ['apply', tenant({ annotations: { 'cellwright.dev/paused': 'false' } })],
    ['observe', tenant({}, { delivery: 'Rendered' })],
    ['delete', tenant({ deletionTimestamp }, { delivery: 'Rendered' })],
    ['paused', tenant({ ...paused, deletionTimestamp })],
    ['paused', tenant(paused, { delivery: 'Rendered' })],
  ])('is %s', (phase, subject) => {
    expect(phaseOf(subject)).toBe(phase);
  });
});
