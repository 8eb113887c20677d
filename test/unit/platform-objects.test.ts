/** The platform's objects: what stands in them, and how they fit together. */
import { describe, expect, test } from '@jest/globals';
import { App, Chart } from 'cdk8s';
import { platformFileNames, platformFiles } from '../../constructs/platform/platform-files.ts';
import { Platform } from '../../constructs/platform/platform.ts';
import { synthesizePlatform } from '../../constructs/platform/synthesize-platform.ts';
import { objectKey } from '../../constructs/synth/kube-object.ts';
import type { KubeObject } from '../../constructs/synth/kube-object.ts';
import { sortKeys } from '../../constructs/synth/order.ts';

/** The parts of the objects that are looked at. */
interface Workload {
  readonly replicas: number;
  readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
  readonly template: {
    readonly metadata: { readonly labels: Readonly<Record<string, string>> };
    readonly spec: {
      readonly imagePullSecrets?: unknown;
      readonly priorityClassName?: string;
      readonly containers: readonly {
        readonly image: string;
        readonly args: readonly string[];
        readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
        readonly resources: unknown;
      }[];
    };
  };
}

const version = '1.2.3';
const objects = synthesizePlatform({ version });

function specOf(list: readonly KubeObject[], kind: string): unknown {
  return list.find((object) => object.kind === kind)?.['spec'];
}

const workloadOf = (list: readonly KubeObject[]): Workload => specOf(list, 'Deployment') as Workload;

describe('synthesizePlatform', () => {
  test('gives what must exist first first', () => {
    const keys = objects.map(objectKey);
    const admission = keys.filter((key) => key.startsWith('admissionregistration.k8s.io/'));
    expect(keys.filter((key) => !admission.includes(key))).toEqual([
      'apiextensions.k8s.io/v1/CustomResourceDefinition//gatewayprofiles.cellwright.dev',
      'apiextensions.k8s.io/v1/CustomResourceDefinition//policybundles.cellwright.dev',
      'apiextensions.k8s.io/v1/CustomResourceDefinition//tenantgateways.cellwright.dev',
      'v1/Namespace//cellwright-system',
      'v1/ServiceAccount/cellwright-system/cellwright-runner',
      'rbac.authorization.k8s.io/v1/ClusterRole//cellwright-runner',
      'rbac.authorization.k8s.io/v1/ClusterRoleBinding//cellwright-runner',
      'rbac.authorization.k8s.io/v1/Role/cellwright-system/cellwright-runner',
      'rbac.authorization.k8s.io/v1/RoleBinding/cellwright-system/cellwright-runner',
      'rbac.authorization.k8s.io/v1/Role/default/cellwright-runner',
      'rbac.authorization.k8s.io/v1/RoleBinding/default/cellwright-runner',
      'rbac.authorization.k8s.io/v1/ClusterRole//cellwright-aggregate-to-viewer',
      'rbac.authorization.k8s.io/v1/ClusterRole//cellwright-viewer',
      'rbac.authorization.k8s.io/v1/ClusterRole//cellwright-aggregate-to-tenant-admin',
      'rbac.authorization.k8s.io/v1/ClusterRole//cellwright-tenant-admin',
      'rbac.authorization.k8s.io/v1/ClusterRole//cellwright-aggregate-to-fleet-admin',
      'rbac.authorization.k8s.io/v1/ClusterRole//cellwright-fleet-admin',
      'v1/Service/cellwright-system/cellwright-admission',
      'networking.k8s.io/v1/NetworkPolicy/cellwright-system/cellwright-runner',
      'v1/Service/cellwright-system/cellwright-runner',
      'policy/v1/PodDisruptionBudget/cellwright-system/cellwright-runner',
      'apps/v1/Deployment/cellwright-system/cellwright-runner',
    ]);
  });

  test('gives exactly what the construct gives to other charts', () => {
    const chart = new Chart(new App(), 'theirs');
    new Platform(chart, 'platform', { version });
    expect((chart.toJson() as KubeObject[]).map(sortKeys)).toEqual(objects);
  });

  test('gives the same bytes whatever the environment asks cdk8s to do', () => {
    const before = JSON.stringify(objects);
    process.env['CDK8S_DISABLE_SORT'] = '1';
    try {
      expect(JSON.stringify(synthesizePlatform({ version }))).toBe(before);
    } finally {
      delete process.env['CDK8S_DISABLE_SORT'];
    }
  });

  test('lets every selector meet the runner’s pods', () => {
    const { template, selector } = workloadOf(objects);
    const selectors = [
      selector.matchLabels,
      (specOf(objects, 'PodDisruptionBudget') as Workload).selector.matchLabels,
      (specOf(objects, 'Service') as { selector: Record<string, string> }).selector,
      (specOf(objects, 'NetworkPolicy') as { podSelector: { matchLabels: Record<string, string> } }).podSelector
        .matchLabels,
    ];
    for (const labels of selectors) {
      expect(template.metadata.labels).toMatchObject(labels);
      // Immutable in a Deployment: an upgrade must not change it.
      expect(labels).not.toHaveProperty('app.kubernetes.io/version');
    }
  });

  test('tells the runner to listen where probes and metrics look', () => {
    const [container] = workloadOf(objects).template.spec.containers;
    expect(container?.args).toEqual([
      'runner',
      '--health-address=:8080',
      '--admission-address=:8443',
      '--namespace=cellwright-system',
    ]);
    expect(container?.ports).toEqual([
      { name: 'health', containerPort: 8080, protocol: 'TCP' },
      { name: 'admission', containerPort: 8443, protocol: 'TCP' },
    ]);
  });

  test('takes the image of its own version unless told otherwise', () => {
    const imageOf = (list: readonly KubeObject[]): string | undefined =>
      workloadOf(list).template.spec.containers[0]?.image;
    expect(imageOf(objects)).toBe('ghcr.io/cellwright/runner:1.2.3');
    expect(imageOf(synthesizePlatform({ version: '1.2.3+fleet.7' }))).toBe('ghcr.io/cellwright/runner:1.2.3_fleet.7');
    expect(imageOf(synthesizePlatform({ version, image: 'registry.test/r@sha256:0' }))).toBe(
      'registry.test/r@sha256:0',
    );
  });

  test('puts everything that is namespaced into the namespace that was asked for', () => {
    const moved = synthesizePlatform({ version, namespace: 'tools' });
    const namespaces = moved.flatMap(({ kind, metadata }) =>
      kind === 'Namespace' ? metadata.name : (metadata.namespace ?? []),
    );
    // Events about cluster-scoped objects lie in default.
    expect(new Set(namespaces)).toEqual(new Set(['tools', 'default']));
    expect(JSON.stringify(moved)).not.toContain('cellwright-system');
  });

  test('passes on what a cluster demands of pods', () => {
    const demanding = synthesizePlatform({
      version,
      replicas: 1,
      imagePullSecrets: ['registry'],
      priorityClassName: 'platform',
      nodeSelector: { pool: 'system' },
      tolerations: [{ key: 'system', operator: 'Exists' }],
      resources: { memoryLimit: '2Gi' },
    });
    const { replicas, template } = workloadOf(demanding);
    expect(replicas).toBe(1);
    expect(template.spec).toMatchObject({
      imagePullSecrets: [{ name: 'registry' }],
      priorityClassName: 'platform',
      nodeSelector: { pool: 'system' },
      tolerations: [{ key: 'system', operator: 'Exists' }],
    });
    expect(template.spec.containers[0]?.resources).toEqual({
      requests: { cpu: '100m', memory: '256Mi' },
      limits: { memory: '2Gi' },
    });
  });

  test('never opens the network by leaving a list empty', () => {
    const closed = specOf(synthesizePlatform({ version, scrapers: [] }), 'NetworkPolicy');
    const reviews = { ports: [{ port: 8443, protocol: 'TCP' }] };
    expect(closed).toHaveProperty('ingress', [reviews]);
    const callers = synthesizePlatform({ version, scrapers: [], admission: { callerCidrs: ['10.1.0.0/16'] } });
    expect(specOf(callers, 'NetworkPolicy')).toHaveProperty('ingress', [
      { from: [{ ipBlock: { cidr: '10.1.0.0/16' } }], ...reviews },
    ]);
    expect(() => synthesizePlatform({ version, apiServer: { cidrs: [] } })).toThrow(RangeError);
    const named = synthesizePlatform({ version, apiServer: { cidrs: ['10.1.0.2/32'], ports: [6443] } });
    expect(specOf(named, 'NetworkPolicy')).toHaveProperty('egress.1', {
      to: [{ ipBlock: { cidr: '10.1.0.2/32' } }],
      ports: [{ port: 6443, protocol: 'TCP' }],
    });
  });
});

describe('Platform', () => {
  test('keeps cluster-scoped objects free of the namespace of the chart that it stands in', () => {
    const chart = new Chart(new App(), 'theirs', { namespace: 'theirs' });
    new Platform(chart, 'platform', { version });
    const namespaced = (chart.toJson() as KubeObject[]).filter(({ metadata }) => metadata.namespace !== undefined);
    expect(new Set(namespaced.map(({ metadata }) => metadata.namespace))).toEqual(
      new Set(['cellwright-system', 'default']),
    );
    const others = (chart.toJson() as KubeObject[]).filter(({ metadata }) => metadata.namespace === undefined);
    expect(new Set(others.map(({ kind }) => kind))).toEqual(
      new Set([
        'CustomResourceDefinition',
        'Namespace',
        'ClusterRole',
        'ClusterRoleBinding',
        'ValidatingAdmissionPolicy',
        'ValidatingAdmissionPolicyBinding',
        'ValidatingWebhookConfiguration',
      ]),
    );
  });
});

describe('platformFiles', () => {
  test('holds every object once, in apply order, under names that sort the same way', () => {
    const files = platformFiles(objects);
    expect(files.flatMap((file) => file.objects)).toEqual(objects);
    expect(files.map(({ name }) => name)).toEqual([...platformFileNames].sort());
  });

  test('refuses a kind that no file is meant for', () => {
    const stray = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'stray' } };
    expect(() => platformFiles([stray])).toThrow('Secret stray has no file in dist/platform');
  });
});
