/** How others reach a gateway: by routes that end at Services of the same namespace, and by scraping its own pods. */
import { rawConfiguration } from '../../../rules/ingress-annotations.ts';
import type { PlatformSettings } from '../../settings.ts';
import type { AdmissionPolicy, Validation } from '../admission-policy.ts';
import { celText, celTexts } from '../cel.ts';
import { profileOfNamespace, profileParams } from '../profile-params.ts';
import { metadataChange, noKeyComes } from './kept-keys.ts';
import { noWorse } from './no-worse.ts';
import type { Rule } from './no-worse.ts';
import { runnerPolicy, writesOf } from './runner-policy.ts';

/** A policy for one kind of these: what must not come, by the sentence that says so. */
function accessPolicy(
  settings: PlatformSettings,
  {
    name,
    kind,
    rules,
    more,
  }: {
    readonly name: string;
    readonly kind: string;
    readonly rules: Record<string, Rule>;
    readonly more: readonly Validation[];
  },
): AdmissionPolicy {
  return runnerPolicy(settings, {
    name,
    requests: writesOf(kind),
    validations: [...Object.entries(rules).map(([message, rule]) => ({ expression: noWorse(rule), message })), ...more],
  });
}

/** Controllers of routes and of monitoring take orders in annotations; we render none on these. */
function noAnnotations(kind: string, { admission }: PlatformSettings): Validation {
  return {
    expression: noKeyComes(metadataChange('annotations'), admission.extensionKeys),
    message: `the account of the runner puts no annotations on ${kind}s; those of an extension are named in admission.extensionKeys of the platform`,
  };
}

export function ingressesPolicy(settings: PlatformSettings): AdmissionPolicy {
  return accessPolicy(settings, {
    name: 'ingresses',
    kind: 'Ingress',
    rules: {
      'an Ingress of a tenant leads to Services': (object) =>
        `${object}.spec.?rules.orValue([]).all(rule, rule.?http.paths.orValue([]).all(path, has(path.backend.service)))`,
      'an Ingress of a tenant names its host: one without would take those of others': (object) =>
        `!has(${object}.spec.defaultBackend) && ${object}.spec.?rules.orValue([]).all(rule, has(rule.host))`,
      // Controllers have written paths into their configuration as they came (CVE-2021-25748).
      'an Ingress of a tenant has plain paths': (object) =>
        `${object}.spec.?rules.orValue([]).all(rule, rule.?http.paths.orValue([]).all(path, path.?path.orValue("/").matches("^/[A-Za-z0-9/._~-]*$")))`,
    },
    more: [
      {
        expression: ingressKeys(settings, (key) => `!${key}.matches(${celText(rawConfiguration.source)})`),
        message:
          'the account of the runner puts no configuration into an Ingress that its controller takes as it comes; where it is meant, admission.extensionKeys of the platform names the annotation',
      },
    ],
  });
}

/** Every annotation is one of an extension, was there as it is, or may come. */
function ingressKeys({ admission }: PlatformSettings, mayCome: (key: string) => string): string {
  const { before, after } = metadataChange('annotations');
  const known = `key in ${celTexts(admission.extensionKeys)} || (key in ${before} && ${after}[key] == ${before}[key])`;
  return `${after}.all(key, ${known} || ${mayCome('key')})`;
}

/**
 * Asked once for each profile; all but the namespace's own answer yes, as in `tenant-images`. So a namespace whose label names no
 * profile is not held by this policy.
 */
export function ingressAnnotationsPolicy(settings: PlatformSettings): AdmissionPolicy {
  const mayCome = (key: string): string => `${key} in params.spec.?access.ingressAnnotations.orValue([])`;
  return runnerPolicy(settings, {
    name: 'ingress-annotations',
    requests: writesOf('Ingress'),
    params: profileParams,
    variables: [profileOfNamespace],
    validations: [
      {
        expression: `variables.profile != params.metadata.name || ${ingressKeys(settings, mayCome)}`,
        message:
          'an Ingress of a tenant has annotations that access.ingressAnnotations of its profile names, or admission.extensionKeys of the platform',
      },
    ],
  });
}

/** Kinds of other products may be newer than we know: only what leads out of the namespace is judged. */
const specOf: Rule = (object) => `dyn(${object}).?spec`;

export function httpRoutesPolicy(settings: PlatformSettings): AdmissionPolicy {
  return accessPolicy(settings, {
    name: 'http-routes',
    kind: 'HTTPRoute',
    rules: {
      // A route on a Service takes over what others in the mesh send there (GEP-1426).
      'an HTTPRoute of a tenant hangs on Gateways': (object) =>
        `${specOf(object)}.parentRefs.orValue([]).all(parent, parent.?kind.orValue("Gateway") == "Gateway")`,
      'an HTTPRoute of a tenant leads to Services of its own namespace, as it came': (object) =>
        `${specOf(object)}.rules.orValue([]).all(rule, !has(rule.filters) && rule.?backendRefs.orValue([]).all(backend, !has(backend.namespace) && !has(backend.filters) && backend.?kind.orValue("Service") == "Service"))`,
      'an HTTPRoute of a tenant names its host: one without would take those of others': (object) =>
        `size(${specOf(object)}.hostnames.orValue([])) > 0`,
    },
    more: [noAnnotations('HTTPRoute', settings)],
  });
}

/** Fields of an endpoint that choose neither another address nor credentials of others. */
const endpointFields = [
  ...['port', 'portNumber', 'path', 'scheme', 'params', 'interval', 'scrapeTimeout', 'honorLabels', 'honorTimestamps'],
  ...[
    'trackTimestampsStaleness',
    'metricRelabelings',
    'filterRunning',
    'enableHttp2',
    'followRedirects',
    'relabelings',
  ],
];

/** Fields of the whole that choose neither a scrape class, whose credentials go along, nor other pods. */
const monitorFields = [
  ...['selector', 'podMetricsEndpoints', 'jobLabel', 'podTargetLabels', 'attachMetadata', 'scrapeProtocols'],
  ...['sampleLimit', 'targetLimit', 'labelLimit', 'labelNameLengthLimit', 'labelValueLengthLimit', 'bodySizeLimit'],
  ...['keepDroppedTargets', 'fallbackScrapeProtocol', 'selectorMechanism', 'namespaceSelector'],
];

/** Labels that begin with two underscores say where and how Prometheus scrapes: `__address__` leads it anywhere. */
const plainRelabeling =
  '(relabeling.?action.orValue("replace").lowerAscii() in ["replace", "keep", "drop"] && relabeling.?targetLabel.orValue("plain").matches("^[A-Za-z][A-Za-z0-9_]*$"))';

export function podMonitorsPolicy(settings: PlatformSettings): AdmissionPolicy {
  const endpoints: Rule = (object) => `${specOf(object)}.podMetricsEndpoints.orValue([])`;
  return accessPolicy(settings, {
    name: 'pod-monitors',
    kind: 'PodMonitor',
    rules: {
      'a PodMonitor of a tenant scrapes pods of its own namespace': (object) =>
        `!${specOf(object)}.namespaceSelector.hasValue()`,
      'a PodMonitor of a tenant scrapes them directly, and takes no credentials along': (object) =>
        `${endpoints(object)}.all(endpoint, endpoint.all(key, key in ${celTexts(endpointFields)}))`,
      'a PodMonitor of a tenant takes no scrape class along': (object) =>
        `${specOf(object)}.orValue({}).all(key, key in ${celTexts(monitorFields)})`,
      'a PodMonitor of a tenant goes where its pods are, and not where they send it: followRedirects is false': (
        object,
      ) => `${endpoints(object)}.all(endpoint, endpoint.?followRedirects.orValue(true) == false)`,
      'a PodMonitor of a tenant scrapes them where they are: no relabeling sends it elsewhere': (object) =>
        `${endpoints(object)}.all(endpoint, endpoint.?relabelings.orValue([]).all(relabeling, ${plainRelabeling}))`,
    },
    more: [noAnnotations('PodMonitor', settings)],
  });
}
