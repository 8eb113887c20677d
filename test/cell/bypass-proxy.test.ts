/** A proxy that the configuration sends the gateway's calls through does not stand between guard and OPA (ids: docs/security.md). */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { AgentCell } from './support/agent-cell.ts';
import { invokeTool, programsMs } from './support/cell.ts';

const asked: string[] = [];
// What an OPA would say; who may read the status of a tenant knows the revision to forge.
const proxy = createServer((request, response) => {
  asked.push(request.url ?? '');
  response.end(
    JSON.stringify({ result: { allow: true, requireApproval: false, reasons: [], audit: [], revision: 'any' } }),
  );
});
let cell: AgentCell;

beforeAll(async () => {
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const { port } = proxy.address() as AddressInfo;
  cell = await AgentCell.start({
    rules: { tools: { allow: ['session_status', 'agents_list'], deny: ['agents_list'] } },
    config: { proxy: { enabled: true, proxyUrl: `http://127.0.0.1:${port}`, loopbackMode: 'proxy' } },
  });
}, programsMs);

afterAll(async () => {
  await cell[Symbol.asyncDispose]();
  await new Promise((resolve) => proxy.close(resolve));
});

test('proxy-loopback: OPA itself is asked, and its answer holds', async () => {
  expect((await invokeTool(cell.pod, 'session_status')).status).toBe(200);
  expect((await invokeTool(cell.pod, 'agents_list')).status).toBe(403);
  expect(asked.filter((url) => url.includes('cellwright') || url.includes(':8181'))).toEqual([]);
});
