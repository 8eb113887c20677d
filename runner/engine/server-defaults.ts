/**
 * What the API server adds by itself to an object that leaves it out, for the kinds that we write. Told by value alone: who wrote a
 * field stands in managedFields, which whoever writes the object also writes. A value that is not in this table was said by somebody.
 *
 * From `SetDefaults_…` of Kubernetes (pkg/apis/{core,apps,networking,rbac,admissionregistration}/v1/defaults.go), and from the
 * defaults in the schemas of HTTPRoute and PodMonitor. A value that only newer servers add is listed, too: it changes nothing.
 */
import { isIP } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import type { Place } from './managed-fields.ts';

/** A member of a mapping that nobody wanted. */
export interface AddedMember {
  /** Of the object that it is in. */
  readonly kind: string;
  readonly place: Place;
  readonly value: unknown;
  /** The mapping that it is a member of. */
  readonly beside: unknown;
}

type Rule = (value: unknown, beside: Readonly<Record<string, unknown>>) => boolean;
/** Rules by path; `*` is any index of a list. */
type Rules = Readonly<Record<string, Rule>>;

/** Whether the API server adds this by itself. */
export function isServerDefault({ kind, place, value, beside }: AddedMember): boolean {
  const rule = byKind[kind]?.get(keyOf(place.map((step) => (typeof step === 'number' ? '*' : step))));
  return rule?.(value, (beside ?? {}) as Readonly<Record<string, unknown>>) ?? false;
}

const is =
  (...values: readonly unknown[]): Rule =>
  (value) =>
    values.some((one) => isDeepStrictEqual(one, value));

const isEmpty = is({});
const isAddress = (value: unknown): boolean => typeof value === 'string' && isIP(value) !== 0;

function below(path: string, rules: Rules): Rules {
  return Object.fromEntries(Object.entries(rules).map(([key, rule]) => [`${path}.${key}`, rule]));
}

const httpGet: Rules = { 'httpGet.scheme': is('HTTP'), 'httpGet.path': is('/') };

const probe: Rules = {
  ...httpGet,
  timeoutSeconds: is(1),
  periodSeconds: is(10),
  successThreshold: is(1),
  failureThreshold: is(3),
  'grpc.service': is(''),
};

const container: Rules = {
  terminationMessagePath: is('/dev/termination-log'),
  terminationMessagePolicy: is('File'),
  imagePullPolicy: is('IfNotPresent', 'Always'),
  resources: isEmpty,
  'ports.*.protocol': is('TCP'),
  'env.*.valueFrom.fieldRef.apiVersion': is('v1'),
  'env.*.valueFrom.resourceFieldRef.divisor': is('0'),
  'securityContext.procMount': is('Default'),
  ...below('livenessProbe', probe),
  ...below('readinessProbe', probe),
  ...below('startupProbe', probe),
  ...below('lifecycle.preStop', httpGet),
  ...below('lifecycle.postStart', httpGet),
};

const volume: Rules = {
  'configMap.defaultMode': is(0o644),
  'secret.defaultMode': is(0o644),
  'downwardAPI.defaultMode': is(0o644),
  'downwardAPI.items.*.fieldRef.apiVersion': is('v1'),
  'projected.defaultMode': is(0o644),
  'projected.sources.*.downwardAPI.items.*.fieldRef.apiVersion': is('v1'),
  'projected.sources.*.serviceAccountToken.expirationSeconds': is(3600),
  'ephemeral.volumeClaimTemplate.spec.volumeMode': is('Filesystem'),
};

const podTemplate: Rules = below('spec.template.spec', {
  dnsPolicy: is('ClusterFirst'),
  restartPolicy: is('Always'),
  schedulerName: is('default-scheduler'),
  securityContext: isEmpty,
  terminationGracePeriodSeconds: is(30),
  // The old name of the same field.
  serviceAccount: (value, { serviceAccountName }) => value === serviceAccountName,
  ...below('containers.*', container),
  ...below('initContainers.*', container),
  ...below('volumes.*', volume),
});

const statefulSet: Rules = {
  ...podTemplate,
  ...below('spec', {
    replicas: is(1),
    podManagementPolicy: is('OrderedReady'),
    revisionHistoryLimit: is(10),
    'updateStrategy.type': is('RollingUpdate'),
    'updateStrategy.rollingUpdate.partition': is(0),
    'updateStrategy.rollingUpdate.maxUnavailable': is(1),
    'persistentVolumeClaimRetentionPolicy.whenDeleted': is('Retain'),
    'persistentVolumeClaimRetentionPolicy.whenScaled': is('Retain'),
    ...below('volumeClaimTemplates.*', {
      apiVersion: is('v1'),
      kind: is('PersistentVolumeClaim'),
      'spec.volumeMode': is('Filesystem'),
      'status.phase': is('Pending'),
    }),
  }),
};

const deployment: Rules = {
  ...podTemplate,
  ...below('spec', {
    replicas: is(1),
    progressDeadlineSeconds: is(600),
    revisionHistoryLimit: is(10),
    'strategy.type': is('RollingUpdate'),
    'strategy.rollingUpdate.maxSurge': is('25%'),
    'strategy.rollingUpdate.maxUnavailable': is('25%'),
  }),
};

const service: Rules = below('spec', {
  type: is('ClusterIP'),
  // Given out by the API server.
  clusterIP: isAddress,
  clusterIPs: (value, { clusterIP }) =>
    Array.isArray(value) && value[0] === clusterIP && value.every((one) => one === 'None' || isAddress(one)),
  ipFamilies: is(['IPv4'], ['IPv6'], ['IPv4', 'IPv6'], ['IPv6', 'IPv4']),
  ipFamilyPolicy: is('SingleStack'),
  internalTrafficPolicy: is('Cluster'),
  sessionAffinity: is('None'),
  'ports.*.protocol': is('TCP'),
  'ports.*.targetPort': (value, { port }) => value === port,
});

const selectors: Rules = { matchPolicy: is('Equivalent'), namespaceSelector: isEmpty, objectSelector: isEmpty };
const everyScope = is('*');

const byKindAndPath: Readonly<Record<string, Rules>> = {
  StatefulSet: statefulSet,
  Deployment: deployment,
  Service: service,
  NetworkPolicy: { 'spec.ingress.*.ports.*.protocol': is('TCP'), 'spec.egress.*.ports.*.protocol': is('TCP') },
  // The default class, which admission puts in when an Ingress without one is made.
  Ingress: { 'spec.ingressClassName': (value) => typeof value === 'string' },
  HTTPRoute: below('spec', {
    'parentRefs.*.group': is('gateway.networking.k8s.io'),
    'parentRefs.*.kind': is('Gateway'),
    'rules.*.matches': is([{ path: { type: 'PathPrefix', value: '/' } }]),
    'rules.*.matches.*.path.type': is('PathPrefix'),
    'rules.*.matches.*.path.value': is('/'),
    'rules.*.matches.*.headers.*.type': is('Exact'),
    'rules.*.matches.*.queryParams.*.type': is('Exact'),
    'rules.*.backendRefs.*.group': is(''),
    'rules.*.backendRefs.*.kind': is('Service'),
    'rules.*.backendRefs.*.weight': is(1),
  }),
  PodMonitor: {
    'spec.podMetricsEndpoints.*.relabelings.*.action': is('replace'),
    'spec.podMetricsEndpoints.*.metricRelabelings.*.action': is('replace'),
  },
  CustomResourceDefinition: { 'spec.conversion.strategy': is('None') },
  ValidatingAdmissionPolicy: {
    'spec.failurePolicy': is('Fail'),
    ...below('spec.matchConstraints', { ...selectors, 'resourceRules.*.scope': everyScope }),
  },
  ValidatingAdmissionPolicyBinding: below('spec.matchResources', { ...selectors, 'resourceRules.*.scope': everyScope }),
  ValidatingWebhookConfiguration: below('webhooks.*', {
    ...selectors,
    failurePolicy: is('Fail'),
    timeoutSeconds: is(10),
    'rules.*.scope': everyScope,
    'clientConfig.service.port': is(443),
  }),
};

const byKind: Readonly<Record<string, ReadonlyMap<string, Rule>>> = Object.fromEntries(
  Object.entries(byKindAndPath).map(([kind, rules]) => [
    kind,
    new Map(Object.entries(rules).map(([path, rule]) => [keyOf(path.split('.')), rule])),
  ]),
);

/** A path as one text; keys may hold dots. */
function keyOf(steps: readonly string[]): string {
  return steps.join('\0');
}
