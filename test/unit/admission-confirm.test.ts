/** Verdicts while the caches are behind the API server, and for callers that are not the API server. */
import { describe, expect, test } from '@jest/globals';
import { verdict } from './admission-verdict.ts';
import type { Asked } from './admission-verdict.ts';
import { live, liveInputs } from './runner-support/live-inputs.ts';
import { readsOf } from './runner-support/stored-objects.ts';

describe('the caches are behind', () => {
  const ingress = { access: { ingress: { host: 'a.example.com' } } };
  const noExec = { rules: { tools: { deny: ['exec'] } } };
  const exec = { tools: { allow: ['exec'] } };
  const behind: Record<string, [kind: string, spec: object, asked: Asked]> = {
    'a profile that came a moment ago': [
      'TenantGateway',
      { profile: 'new' },
      { ahead: { stored: { 'GatewayProfile/new': live('GatewayProfile', 'new', {}) } } },
    ],
    'a ceiling that was raised': [
      'TenantGateway',
      { resources: { cpu: '2' } },
      {
        fleet: { GatewayProfile: { default: { limits: { cpu: '1' } } } },
        ahead: { stored: { 'GatewayProfile/default': live('GatewayProfile', 'default', {}) } },
      },
    ],
    'a tenant that is gone': [
      'TenantGateway',
      ingress,
      { fleet: { TenantGateway: { other: ingress } }, ahead: { stored: { 'TenantGateway/other': undefined } } },
    ],
    'a tenant that gave up its host': [
      'TenantGateway',
      ingress,
      {
        fleet: { TenantGateway: { other: ingress } },
        ahead: { stored: { 'TenantGateway/other': live('TenantGateway', 'other', {}) } },
      },
    ],
    'a bundle that denied': [
      'TenantGateway',
      { policy: exec },
      { fleet: { PolicyBundle: { base: noExec } }, ahead: { stored: { 'PolicyBundle/base': undefined } } },
    ],
    'a level above that denied': [
      'PolicyBundle',
      { scope: { organization: 'default' }, rules: exec },
      { fleet: { PolicyBundle: { base: noExec } }, ahead: { stored: { 'PolicyBundle/base': undefined } } },
    ],
    'a tenant that would not be valid': [
      'GatewayProfile',
      { limits: { cpu: '1' } },
      {
        fleet: { TenantGateway: { one: { resources: { cpu: '2' } } } },
        before: {},
        name: 'default',
        ahead: { stored: { 'TenantGateway/one': undefined } },
      },
    ],
  };
  test.each(Object.entries(behind))('%s: it is read before anything is refused', async (_, [kind, spec, asked]) => {
    const { ahead, ...same } = asked;
    const first = await verdict(kind, spec, same);
    expect(first.problems).toHaveLength(1);
    expect(first.read).not.toEqual([]);
    expect((await verdict(kind, spec, { ...same, ahead: ahead ?? {} })).problems).toEqual([]);
  });

  test('for long: nothing is refused for what they say, and what is wrong by itself is', async () => {
    const brokenMs = 131_000;
    await expect(verdict('TenantGateway', { profile: 'nowhere' }, { brokenMs })).rejects.toMatchObject({ status: 503 });
    expect((await verdict('TenantGateway', {}, { brokenMs })).problems).toEqual([]);
    expect((await verdict('TenantGateway', { replicas: 0 }, { brokenMs })).problems).toHaveLength(1);
  });
});

describe('whoever asks', () => {
  const fleet = { TenantGateway: { acme: {}, other: { access: { ingress: { host: 'a.example.com' } } } } };
  const before = {};
  const spec = { access: { ingress: { host: 'a.example.com' } } };

  test.each([
    ['another uid', 'acme', { uid: 'guessed' }],
    ['no uid', 'acme', { uid: undefined }],
    ['a name that is gone', 'nobody', { resourceVersion: '1' }],
  ])('names %s of what is stored, and hears nothing', async (_, name, storedAs) => {
    await expect(verdict('TenantGateway', spec, { fleet, before, name, storedAs })).rejects.toMatchObject({
      status: 503,
    });
  });

  test('is judged while the runner writes to the same object', async () => {
    const asked = { fleet, before, storedAs: { resourceVersion: '1' } };
    expect((await verdict('TenantGateway', spec, asked)).problems).toHaveLength(1);
    expect((await verdict('TenantGateway', { team: 'x' }, asked)).problems).toEqual([]);
  });

  test('is refused at first sight without a look at the namespace', async () => {
    const { read } = await verdict('TenantGateway', spec, { fleet, name: 'new' });
    expect(read).toEqual(['GatewayProfile/default', 'TenantGateway/other']);
    expect((await verdict('TenantGateway', { replicas: 0 }, { name: 'new' })).read).toEqual([]);
  });

  test('cannot make the runner read more than a burst, and ten times a second', async () => {
    let now = 0;
    const { inputs } = liveInputs({});
    const { reads, read } = readsOf(inputs, { monotonic: () => now });
    const signal = new AbortController().signal;
    const ask = (): Promise<unknown> => reads.refresh({ kind: 'GatewayProfile', name: 'x' }, signal).catch(String);
    for (let at = 0; at < 50; at += 1) await ask();
    expect(read).toHaveLength(20);
    await expect(reads.namespace('tenant-x', signal)).rejects.toMatchObject({ status: 503 });
    now = 500;
    for (let at = 0; at < 50; at += 1) await ask();
    expect(read).toHaveLength(25);
    now = 3_600_000;
    for (let at = 0; at < 50; at += 1) await ask();
    expect(read).toHaveLength(45);
  });
});
