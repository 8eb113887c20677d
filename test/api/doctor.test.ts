import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, afterAll, describe, expect, test } from '@jest/globals';
import { keepPodsReady } from '../fault/support/ready-pods.ts';
import { platformNames } from '../../constructs/platform/labels.ts';
import { packageVersion } from '../../files/assets/package-root.ts';
import type { AuditReport } from '../../runner/audit/audit.ts';
import { ConnectionError } from '../../runner/kube/api-error.ts';
import { describeRequest } from '../../runner/kube/send.ts';
import type { Send } from '../../runner/kube/send.ts';
import { generateDoctor } from '../../scripts/generate-doctor.ts';
import { accountKubeconfig } from './support/account-kubeconfig.ts';
import {
  auditAgent,
  auditFleet,
  installFleet,
  makeRunnerReady,
  platformProps,
  settleFleet,
  told,
} from './support/audited-fleet.ts';
import { runCellwright } from './support/cellwright.ts';
import type { RanCommand } from './support/cellwright.ts';
import { mergePatch, ours } from './support/running-fleet.ts';
import { controlPlaneOfFile } from './support/control-plane.ts';
import type { TestControlPlane } from './support/control-plane.ts';
import { cellFaults, gatewaysAreRolled } from './support/cell-faults.ts';
import { untilAllowed } from './support/held-rights.ts';
import { forgedFaults } from './support/forged-faults.ts';
import { harmless, make, unmake } from './support/harmless-objects.ts';
import { networkFaults } from './support/network-faults.ts';
import { rightsFaults } from './support/rights-faults.ts';
import { bound, rbac } from './support/planted-fault.ts';
import type { PlantedFault } from './support/planted-fault.ts';
import { platformFaults } from './support/platform-faults.ts';

const { namespace: system } = platformNames;
let kubelet: AsyncDisposable | undefined;

// Before the control plane ends: hooks run in the order of their definition.
afterAll(async () => {
  await kubelet?.[Symbol.asyncDispose]();
});

const plane = controlPlaneOfFile();

beforeAll(async () => {
  await installFleet(plane());
  kubelet = keepPodsReady(plane().client);
  await makeRunnerReady(plane());
  await settleFleet(plane());
}, 120_000);

describe('of a fleet', () => {
  test('that is clean, nothing is found', async () => {
    const report = await auditFleet(plane().kubeconfigPath);
    expect([told(report), report.findings.map(({ why }) => why), report.notChecked]).toEqual([[], [], []]);
    expect(report).toMatchObject({ tenants: 3, networkPlugin: 'Cilium' });
  });

  const faults = { ...platformFaults, ...cellFaults, ...rightsFaults, ...networkFaults, ...forgedFaults };

  test.each(Object.keys(faults))('%s: that is found, and nothing else, until it is mended', async (what) => {
    const fault = faults[what] as PlantedFault;
    await fault.plant(plane());
    await gatewaysAreRolled(plane());
    const found = await auditFleet(plane().kubeconfigPath);
    await fault.heal(plane());
    await gatewaysAreRolled(plane());
    const after = await auditFleet(plane().kubeconfigPath);
    expect([nameless(told(found)), found.notChecked, told(after)]).toEqual([fault.tells, [], []]);
  });

  test('who has the rights that the reference names finds as much as an administrator', async () => {
    const kubeconfig = await readerKubeconfig(plane(), 'reader');
    const representative = [
      'a wall of the runner is gone',
      'a network policy beside ours widens',
      'somebody administers everything there',
      'the API server answers at a public address',
    ].map((what) => (faults as Readonly<Record<string, PlantedFault>>)[what] as PlantedFault);
    expect([told(await auditFleet(kubeconfig))]).toEqual([[]]);
    for (const fault of representative) {
      await fault.plant(plane());
      const report = await auditFleet(kubeconfig);
      await fault.heal(plane());
      expect([told(report), report.notChecked]).toEqual([fault.tells, []]);
    }
  });

  test.each(Object.keys(harmless))('what %s puts everywhere is no finding', async (whose) => {
    const objects = harmless[whose] ?? [];
    await make(plane(), objects);
    const report = await auditFleet(plane().kubeconfigPath);
    await unmake(plane(), objects);
    expect([told(report), report.notChecked]).toEqual([[], []]);
  });

  test('that another version installed, contents are not compared, and it says so', async () => {
    const { findings, notChecked } = await auditFleet(plane().kubeconfigPath, {
      platform: { ...platformProps, version: '9.9.9' },
    });
    expect(findings.map(({ id, why }) => `${id}: ${why}`)).toEqual([
      `platform.version: version ${packageVersion()} is installed, and this command is of 9.9.9`,
    ]);
    expect(notChecked.map(({ what }) => what)).toEqual([
      'contents of the platform',
      ...['managed-b', 'managed', 'rendered'].map((name) => `contents of the cell of tenant ${name}`),
    ]);
  });

  test('a tenant that is on its way, or cannot be rendered, is not compared, and it says so', async () => {
    for (const name of ['managed', 'rendered'])
      await mergePatch(plane(), ours('TenantGateway', name), { spec: { publicHttps: false } });
    await mergePatch(plane(), ours('TenantGateway', 'managed-b'), { spec: { profile: 'nowhere' } });
    const report = await auditFleet(plane().kubeconfigPath);
    for (const name of ['managed', 'rendered'])
      await mergePatch(plane(), ours('TenantGateway', name), { spec: { publicHttps: null } });
    await mergePatch(plane(), ours('TenantGateway', 'managed-b'), { spec: { profile: null } });
    expect(told(report)).toEqual([
      'tenant.behind TenantGateway managed',
      'tenant.behind TenantGateway rendered',
      'tenant.invalid TenantGateway managed-b',
    ]);
    // One that is on its way says so itself, and decides nothing about the exit code.
    expect(report.notChecked.map(({ what }) => what)).toEqual(['contents of the cell of tenant managed-b']);
    expect(told(await auditFleet(plane().kubeconfigPath))).toEqual([]);
  });

  test.each([
    ['is on its way', { publicHttps: false }, 'tenant.behind TenantGateway managed'],
    ['cannot be rendered', { profile: 'nowhere' }, 'tenant.invalid TenantGateway managed'],
  ])('the walls of a tenant that %s are those that it was given last', async (_what, spec, state) => {
    const back = Object.fromEntries(Object.keys(spec).map((field) => [field, null]));
    await mergePatch(plane(), ours('TenantGateway', 'managed'), { spec });
    for (const what of [
      'default-deny is gone',
      'Pod Security of a tenant is privileged',
      'a network policy allows everything',
      'a network policy beside ours widens',
    ]) {
      const fault = (faults as Readonly<Record<string, PlantedFault>>)[what] as PlantedFault;
      await fault.plant(plane());
      const report = await auditFleet(plane().kubeconfigPath);
      await fault.heal(plane());
      expect(told(report)).toEqual([...fault.tells, state].sort());
    }
    await mergePatch(plane(), ours('TenantGateway', 'managed'), { spec: back });
    expect(told(await auditFleet(plane().kubeconfigPath))).toEqual([]);
  });

  test('one tenant is audited without a request about another', async () => {
    let report: AuditReport | undefined;
    const requests = await plane().audit.during(async () => {
      report = await auditFleet(plane().kubeconfigPath, { tenant: 'managed' });
    });
    expect([report?.tenants, report === undefined ? [] : told(report)]).toEqual([1, []]);
    const pods = requests.filter(({ userAgent, resource }) => userAgent === auditAgent && resource === 'pods');
    expect(pods.map(({ namespace }) => namespace)).toEqual(['tenant-managed', system]);
  });

  test('only gets and lists are sent, never about Secrets, as many for more tenants', async () => {
    const requests = await plane().audit.during(() => auditFleet(plane().kubeconfigPath));
    const own = requests.filter(({ userAgent }) => userAgent === auditAgent);
    expect(new Set(own.map(({ verb }) => verb))).toEqual(new Set(['get', 'list']));
    expect(own.filter(({ resource }) => resource.startsWith('secrets'))).toEqual([]);
    // Of cells and tenants, one list of each kind: none names a tenant's namespace.
    expect(own.filter(({ namespace }) => namespace.startsWith('tenant-'))).toEqual([]);
    const lists = own.filter(({ verb }) => verb === 'list').map(({ uri }) => uri.replace(/\?.*/, ''));
    expect(new Set(lists).size).toBe(lists.length);
  });
});

describe('of what was not looked at, nothing is guessed:', () => {
  test('where the installed version may not be read, contents are not compared', async () => {
    const kubeconfig = await readerKubeconfig(plane(), 'outsider', { without: 'deployments.apps' });
    const report = await auditFleet(kubeconfig, { platform: { ...platformProps, version: '9.9.9' } });
    expect(told(report)).toEqual([]);
    expect(report.notChecked.map(({ what, why }) => `${what}: ${why}`)).toEqual([
      `Deployment objects in namespace ${system}: you may not get deployments.apps in namespace ${system}`,
      expect.stringContaining('contents of the platform: a version that you may not read is installed'),
      ...['managed-b', 'managed', 'rendered'].map(
        (name) => `contents of the cell of tenant ${name}: a version that you may not read renders tenants here`,
      ),
    ]);
  });

  test('a list that breaks off costs what it would have shown, and nothing else', async () => {
    const fault = cellFaults['a network policy beside ours widens'] as PlantedFault;
    await fault.plant(plane());
    const report = await auditFleet(plane().kubeconfigPath, {}, breaking('/apis/apps/v1/statefulsets'));
    await fault.heal(plane());
    expect(told(report)).toEqual(fault.tells);
    expect(report.notChecked.map(({ what }) => what)).toEqual(['StatefulSet objects']);
  });

  test('what may not be read is named with the right that is missing', async () => {
    const kubeconfig = await auditorKubeconfig(plane());
    const report = await auditFleet(kubeconfig);
    expect(told(report)).toEqual([]);
    const missing = report.notChecked.map(({ why }) => why.replace('you may not ', ''));
    expect(missing).toEqual(
      expect.arrayContaining([
        'get customresourcedefinitions.apiextensions.k8s.io',
        'list clusterrolebindings.rbac.authorization.k8s.io',
        'list rolebindings.rbac.authorization.k8s.io',
      ]),
    );
    expect(new Set(missing).size).toBe(missing.length);
  });
});

describe('the command', () => {
  test('says it in a table, in JSON and YAML, and by its exit code', async () => {
    const config = path.join(plane().dir, 'fleet.config.mjs');
    await writeFile(config, `export default { platform: { image: ${JSON.stringify(platformProps.image)} } };\n`);
    const doctor = (...args: string[]): Promise<RanCommand> =>
      runCellwright('doctor', ...args, '--kubeconfig', plane().kubeconfigPath, '--extension', config);
    const clean = await doctor('-o', 'yaml');
    expect([clean.code, clean.stdout]).toEqual([0, expect.stringContaining('findings: []')]);
    expect(await doctor('nobody')).toMatchObject({ code: 2, stderr: expect.stringContaining('no tenant "nobody"') });
    const fault = cellFaults['a network policy beside ours widens'] as PlantedFault;
    await fault.plant(plane());
    const [json, text] = [await doctor('-o', 'json'), await doctor('managed')];
    await fault.heal(plane());
    expect([json.code, text.code]).toEqual([1, 1]);
    expect(JSON.parse(json.stdout)).toMatchObject({
      findings: [
        {
          id: 'foreign.network-policy',
          severity: 'critical',
          object: { kind: 'NetworkPolicy', namespace: 'tenant-managed', name: 'open' },
          why: 'it allows more by 1 egress rules',
          fix: expect.stringContaining('Delete'),
        },
      ],
      notChecked: [],
    });
    expect(text.stdout).toContain('CRITICAL (1)');
    expect(text.stdout).toMatch(/foreign\.network-policy +NetworkPolicy tenant-managed\/open +it allows more/);
    expect(text.stdout).not.toContain('\u001b');
  });
});

/** Names that carry a hash, without it. */
function nameless(texts: readonly string[]): string[] {
  return texts.map((text) => text.replace(/\/policy-\S+/, '/POLICY'));
}

/** A way to the API server on which one kind of list is never answered. */
function breaking(path: string): (send: Send) => Send {
  return (send) => (request) =>
    request.path === path
      ? Promise.reject(new ConnectionError(describeRequest(request), 'reset', undefined))
      : send(request);
}

/** Somebody who may read all that the reference names, but for single objects of one kind. @param without @default - nothing is left out */
async function readerKubeconfig(
  { admin, kubeconfigPath, dir, serviceAccount }: TestControlPlane,
  name: string,
  { without }: { readonly without?: string } = {},
): Promise<string> {
  const account = { kind: 'ServiceAccount', name, namespace: 'default' };
  const page = generateDoctor()[0]?.text ?? '';
  const rules = [...page.matchAll(/^\| (get|list) \| (.*) \|$/gm)].flatMap(([, verb = '', resources = '']) =>
    [...resources.matchAll(/`([a-z]+)\.?([^`]*)`/g)]
      .filter(([text]) => without === undefined || verb !== 'get' || text !== `\`${without}\``)
      .map(([, resource, group]) => ({ apiGroups: [group], resources: [resource], verbs: [verb] })),
  );
  const body = { metadata: { name } };
  await admin.ok({ method: 'POST', path: '/api/v1/namespaces/default/serviceaccounts', body });
  await admin.ok({ method: 'POST', path: `${rbac}/clusterroles`, body: { ...body, rules } });
  const binding = { ...body, ...bound(name, account) };
  await admin.ok({ method: 'POST', path: `${rbac}/clusterrolebindings`, body: binding });
  await untilAllowed(await serviceAccount('default', name), ours('TenantGateway'));
  return accountKubeconfig({ admin, kubeconfigPath }, { namespace: 'default', account: name, folder: dir });
}

/** Somebody with Kubernetes' own role for reading, and our kinds. */
async function auditorKubeconfig({ admin, kubeconfigPath, dir, serviceAccount }: TestControlPlane): Promise<string> {
  const account = { kind: 'ServiceAccount', name: 'auditor', namespace: 'default' };
  const rules = [{ apiGroups: ['cellwright.dev'], resources: ['*'], verbs: ['get', 'list'] }];
  const body = { metadata: { name: 'auditor' } };
  await admin.ok({ method: 'POST', path: '/api/v1/namespaces/default/serviceaccounts', body });
  await admin.ok({ method: 'POST', path: `${rbac}/clusterroles`, body: { ...body, rules } });
  for (const name of ['view', 'auditor']) {
    const binding = { metadata: { name: `auditor-${name}` }, ...bound(name, account) };
    await admin.ok({ method: 'POST', path: `${rbac}/clusterrolebindings`, body: binding });
  }
  await untilAllowed(await serviceAccount('default', 'auditor'), '/api/v1/pods', ours('TenantGateway'));
  return accountKubeconfig({ admin, kubeconfigPath }, { namespace: 'default', account: 'auditor', folder: dir });
}
