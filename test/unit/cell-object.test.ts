/** Our own serialization of generated kinds, held to that of cdk8s. */
import { describe, expect, test } from '@jest/globals';
import { App, Chart, JsonPatch, Lazy } from 'cdk8s';
import type { ApiObject } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { CellObject } from '../../constructs/cell/cell-object.ts';
import { sharedPart } from '../../constructs/cell/plain.ts';

const chart = (): Chart => new Chart(new App(), 'chart', { namespace: 'of-chart', labels: { of: 'chart' } });

const statefulSet: k8s.KubeStatefulSetProps = {
  metadata: { name: 'gateway', labels: { b: '2', a: '1' }, annotations: {} },
  spec: {
    serviceName: 'pods',
    replicas: 0,
    selector: { matchLabels: { 'app.kubernetes.io/name': 'x' } },
    template: {
      metadata: { labels: { z: 'z', a: 'a' } },
      spec: {
        automountServiceAccountToken: false,
        containers: [
          {
            name: 'gateway',
            env: [{ name: 'EMPTY', value: '' }],
            livenessProbe: { httpGet: { path: '/', port: k8s.IntOrString.fromString('http') } },
            readinessProbe: { httpGet: { path: '/', port: k8s.IntOrString.fromNumber(80) } },
            resources: { limits: { memory: k8s.Quantity.fromString('1Gi'), cpu: k8s.Quantity.fromNumber(2) } },
          },
        ],
        volumes: [{ name: 'scratch', emptyDir: {} }],
      },
    },
    volumeClaimTemplates: [],
  },
};

describe('an object of a cell', () => {
  test('is what the class that cdk8s generated for its kind gives', () => {
    const ours = new CellObject(chart(), 'object', { kind: k8s.KubeStatefulSet, ...statefulSet });
    const theirs = new k8s.KubeStatefulSet(chart(), 'object', statefulSet);
    expect(ours.toJson()).toStrictEqual(theirs.toJson());
    expect(ours.toJson().metadata).toMatchObject({ namespace: 'of-chart', labels: { of: 'chart', a: '1' } });
  });

  test('has its keys sorted, below those that tell what it is', () => {
    const text = JSON.stringify(
      new CellObject(chart(), 'object', {
        kind: k8s.KubeConfigMap,
        metadata: { name: 'x' },
        immutable: true,
        data: { b: '2', a: '1', A: '0' },
      }).toJson(),
    );
    expect(text).toMatch(
      /^{"apiVersion":"v1","kind":"ConfigMap","metadata":{.*},"data":{"A":"0","a":"1","b":"2"},"immutable":true}$/,
    );
  });

  test('keeps what a JSON patch adds, known to the generated class or not, and what its metadata is given later', () => {
    const object = new CellObject(chart(), 'object', { kind: k8s.KubeStatefulSet, ...statefulSet });
    object.addJsonPatch(
      JsonPatch.add('/spec/template/spec/resources', { limits: { cpu: '2' } }),
      JsonPatch.replace('/spec/replicas', 3),
    );
    object.metadata.addLabel('late', 'yes');
    expect(object.toJson()).toMatchObject({
      metadata: { labels: { late: 'yes' } },
      spec: { replicas: 3, template: { spec: { resources: { limits: { cpu: '2' } } } } },
    });
  });

  test('has whatever metadata cdk8s would give it, added early or late', () => {
    const lazy = { of: Lazy.any({ produce: () => 'lazy' }) as string };
    for (const labels of [undefined, { of: 'chart' }, lazy]) {
      const add = [
        () => undefined,
        ({ metadata }: ApiObject) => metadata.addLabel('a', 'b'),
        ({ metadata }: ApiObject) => metadata.addAnnotation('a', 'b'),
        ({ metadata }: ApiObject) => metadata.addFinalizers('a'),
        ({ metadata }: ApiObject) => metadata.addOwnerReference({ apiVersion: 'v1', kind: 'A', name: 'a', uid: '1' }),
        ({ metadata }: ApiObject) => metadata.add('generateName', 'a-'),
      ];
      for (const more of add) {
        const scopes = [0, 1].map(() => new Chart(new App(), 'chart', labels === undefined ? {} : { labels }));
        const metadata = { name: 'x', namespace: 'y', annotations: { b: '2', a: '1' } };
        const [ours, theirs] = scopes.map((scope, index) =>
          index === 0
            ? new CellObject(scope, 'object', { kind: k8s.KubeConfigMap, metadata })
            : new k8s.KubeConfigMap(scope, 'object', { metadata }),
        ) as [ApiObject, ApiObject];
        more(ours);
        more(theirs);
        expect(JSON.stringify(ours.toJson())).toBe(JSON.stringify(theirs.toJson()));
      }
    }
  });

  test('keeps a patch away from the parts that other cells have, too', () => {
    const spec = sharedPart({ hard: { pods: k8s.Quantity.fromString('2') } });
    const cell = () =>
      new CellObject(chart(), 'object', { kind: k8s.KubeResourceQuota, metadata: { name: 'x' }, spec });
    const [patched, other] = [cell(), cell()];
    patched.addJsonPatch(JsonPatch.replace('/spec/hard/pods', '3'));
    expect(patched.toJson()).toMatchObject({ spec: { hard: { pods: '3' } } });
    expect(other.toJson()).toMatchObject({ spec: { hard: { pods: '2' } } });
  });
});
