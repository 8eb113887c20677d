import { describe, expect, test } from '@jest/globals';
import { synthesizePlatform } from '../../constructs/platform/synthesize-platform.ts';
import { resolvePlatform } from '../../constructs/platform/settings.ts';
import { cellChecks, departedChecks } from '../../runner/audit/cells/checks.ts';
import { findingKinds } from '../../runner/audit/finding-kinds.ts';
import { fleetChecks } from '../../runner/audit/fleet/checks.ts';
import { platformChecks } from '../../runner/audit/platform/checks.ts';
import { aggregatedRights } from '../../runner/audit/platform/aggregated-rights.ts';
import { installed } from '../../runner/audit/platform/installed.ts';
import type { LivePlatform } from '../../runner/audit/platform/live-platform.ts';
import { enforcingPlugin } from '../../runner/audit/platform/network-plugin.ts';
import { webhookCertificates } from '../../runner/audit/platform/webhook-certificates.ts';
import { platformKindOf } from '../../runner/audit/read-kinds.ts';
import { strongRight } from '../../runner/audit/rights/rules.ts';
import { systemChecks } from '../../runner/audit/system/checks.ts';
import type { LiveObject } from '../../runner/kube/live-object.ts';
import { certificate } from '../api/support/webhook-bundle.ts';

test('every kind of finding is reported by a check, and every kind of the platform can be read', () => {
  const checks = [...platformChecks, ...fleetChecks, ...cellChecks, ...departedChecks, ...systemChecks];
  const reported = checks.flatMap(({ reports }) => reports);
  expect([...new Set(reported)].sort()).toEqual(Object.keys(findingKinds).sort());
  for (const object of synthesizePlatform({ version: '0.0.0' })) expect(platformKindOf(object).kind).toBe(object.kind);
});

const now = Date.parse('2026-06-01T00:00:00Z');

const pem = (fromDays: number, toDays: number): Promise<string> => certificate(fromDays, toDays, now);

/**
 * A platform of one webhook, as much of it as the checks of webhooks look at.
 * @param written fields of the live webhook that manager `runner` owns
 */
function withWebhook(wanted: object, live: object, written: object = {}): LivePlatform {
  const base = {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: 'w', uid: 'u', resourceVersion: '1' },
  };
  const fieldsV1 = { 'f:webhooks': { 'k:{"name":"w"}': written } };
  const metadata = { ...base.metadata, managedFields: [{ manager: 'runner', operation: 'Update', fieldsV1 }] };
  return {
    settings: resolvePlatform({ version: '0.0.0' }),
    objects: [{ wanted: { ...base, webhooks: [wanted] }, live: { ...base, metadata, webhooks: [live] } }],
    lease: 'hidden',
    clusterRoleBindings: [],
    clusterRoles: [],
    rulesOf: () => [],
    daemonSets: [],
    clusterPolicies: [],
    hidesDaemonSets: true,
    installedVersion: undefined,
    hidesVersion: false,
    now,
  };
}

const ids = (bundle: string | undefined): string[] => {
  const caBundle = bundle === undefined ? {} : { caBundle: Buffer.from(bundle).toString('base64') };
  const platform = withWebhook({}, { name: 'w', clientConfig: caBundle });
  return webhookCertificates.run(platform).map(({ id }) => id);
};

describe('the webhook’s caBundle', () => {
  test('is fine when one certificate is valid for long, whatever is expired beside it', async () => {
    expect(ids((await pem(-9, -1)) + (await pem(-1, 9)))).toEqual([]);
  });

  test.each<[string, () => Promise<string | undefined>]>([
    ['webhook.ca-missing', () => Promise.resolve(undefined)],
    ['webhook.ca-expired', () => pem(-9, -1)],
    ['webhook.ca-expired', () => pem(1, 9)],
    ['webhook.ca-expires', () => pem(-9, 0.5)],
    [
      'webhook.ca-invalid',
      async () => `${await pem(-1, 9)}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`,
    ],
  ])('else is found: %s', async (id, bundle) => {
    expect(ids(await bundle())).toEqual([id]);
  });

  test('is the runner’s to write, and nothing else of the webhook', () => {
    const wanted = { name: 'w', clientConfig: { service: { name: 's' } }, rules: [{ resources: ['tenantgateways'] }] };
    const signed = { ...wanted, clientConfig: { ...wanted.clientConfig, caBundle: 'QQ==' } };
    const byRunner = { 'f:clientConfig': { 'f:caBundle': {}, 'f:url': {} } };
    expect(installed.run(withWebhook(wanted, signed, byRunner))).toEqual([]);
    const elsewhere = { ...signed, clientConfig: { ...signed.clientConfig, url: 'https://evil.example.com' } };
    expect(installed.run(withWebhook(wanted, elsewhere, byRunner))).toMatchObject([
      { id: 'platform.changed', why: 'webhooks[0].clientConfig.url added by "runner"' },
    ]);
    const widened = { ...signed, rules: [...wanted.rules, { resources: ['secrets'] }] };
    expect(installed.run(withWebhook(wanted, widened, byRunner))).toMatchObject([
      { id: 'platform.changed', why: 'webhooks[0].rules[1] added' },
    ]);
  });
});

describe('a ClusterRole that a label adds to another', () => {
  const ours = 'rbac.cellwright.dev/aggregate-to-tenant-admin';
  const secrets = { apiGroups: [''], resources: ['secrets'], verbs: ['get'] };
  const services = { apiGroups: [''], resources: ['services'], verbs: ['get', 'list'] };
  const escalate = { apiGroups: ['rbac.authorization.k8s.io'], resources: ['clusterroles'], verbs: ['escalate'] };
  const use = { apiGroups: ['cellwright.dev'], resources: ['gatewayprofiles'], verbs: ['use'] };
  const edit = 'rbac.authorization.k8s.io/aggregate-to-edit';

  test.each<[string, string, string, object, string | undefined]>([
    ['reads Secrets', 'theirs', ours, secrets, 'get secrets'],
    ['gives more rights', 'theirs', ours, escalate, 'escalate clusterroles'],
    ['only reads', 'theirs', ours, services, undefined],
    ['is our part', 'cellwright-aggregate-to-tenant-admin', ours, secrets, undefined],
    ['is our part of another', 'cellwright-aggregate-to-viewer', ours, secrets, 'get secrets'],
    ['gives our verbs to everybody who edits', 'theirs', edit, use, 'use gatewayprofiles'],
    ['gives every verb to everybody who edits', 'theirs', edit, { ...use, verbs: ['*'] }, '* gatewayprofiles'],
    ['gives something else to everybody who edits', 'theirs', edit, secrets, undefined],
    ['is gathered itself, so that its source is told', 'view', edit, use, undefined],
    ['is gathered itself, and is no part of ours', 'view', ours, secrets, 'get secrets'],
  ])('%s', (...[, name, label, rule, right]) => {
    const metadata = { name, uid: 'u', resourceVersion: '1', labels: { [label]: 'true' } };
    const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata, rules: [services, rule] };
    const platform = { ...withWebhook({}, {}), clusterRoles: [role] };
    const target = label === edit ? 'edit' : 'cellwright-tenant-admin';
    const why = `by its label ${label} it adds ${right ?? ''} to ClusterRole ${target}`;
    expect(aggregatedRights.run(platform).map((found) => found.why)).toEqual(right === undefined ? [] : [why]);
  });
});

function daemonSet(name: string, container: object = {}, numberReady = 1): LiveObject {
  const spec = { template: { spec: { containers: [container] } } };
  const metadata = { name, uid: name, resourceVersion: '1' };
  return { apiVersion: 'apps/v1', kind: 'DaemonSet', metadata, spec, status: { numberReady } };
}

test.each<[LiveObject, string | undefined]>([
  [daemonSet('cilium'), 'Cilium'],
  [daemonSet('cilium', {}, 0), undefined],
  [daemonSet('calico-node'), 'Calico'],
  [daemonSet('rke2-canal'), 'Canal'],
  [daemonSet('sdn'), 'OpenShift SDN'],
  [daemonSet('kube-flannel-ds'), undefined],
  [daemonSet('constructor'), undefined],
  [daemonSet('aws-node', { args: ['--enable-network-policy=true'] }), 'Amazon VPC CNI'],
  [daemonSet('aws-node', { args: ['--enable-network-policy=false'] }), undefined],
  [daemonSet('kindnet', { image: 'docker.io/kindest/kindnetd:v20250512-df8de77b' }), 'kindnet'],
  [daemonSet('kindnet', { image: 'docker.io/kindest/kindnetd:v20240202-8f1494ea' }), undefined],
])('of a DaemonSet, enforcement is said only where it is known: %#', (set, plugin) => {
  expect(enforcingPlugin([set])).toBe(plugin);
});

const rule = (group: string, resource: string, ...verbs: string[]): Parameters<typeof strongRight>[0] => [
  { apiGroups: [group], resources: [resource], verbs },
];

test.each<[Parameters<typeof strongRight>[0], string | undefined]>([
  [rule('', 'pods', 'get', 'list', 'watch'), undefined],
  [rule('authorization.k8s.io', 'selfsubjectaccessreviews', 'create'), undefined],
  [[{ verbs: ['get'] }], undefined],
  [rule('', 'secrets', 'list'), 'list secrets'],
  [rule('', '*', 'get'), 'get *'],
  [rule('', 'pods/exec', 'get'), 'get pods/exec'],
  [rule('', '*/exec', 'get'), 'get */exec'],
  [rule('', '*/proxy', 'get'), 'get */proxy'],
  [rule('', 'pods', 'get', 'delete'), 'delete pods'],
  [rule('*', '*', '*'), '* *'],
  [rule('rbac.authorization.k8s.io', 'roles', 'bind'), 'bind roles'],
])('a role goes around walls when it writes, reads Secrets or enters pods: %#', (rules, right) => {
  expect(strongRight(rules)).toBe(right);
});
