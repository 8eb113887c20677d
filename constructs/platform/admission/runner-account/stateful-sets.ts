/** StatefulSets: what their pods may be. Pod Security says much of it again when the pods are made; it may be missing. */
import { cellNames } from '../../../cell/labels.ts';
import type { PlatformSettings } from '../../settings.ts';
import type { AdmissionPolicy } from '../admission-policy.ts';
import { celText, celTexts } from '../cel.ts';
import { metadataChange, noKeyComes } from './kept-keys.ts';
import { noWorse } from './no-worse.ts';
import type { Rule } from './no-worse.ts';
import { runnerPolicy, writesOf } from './runner-policy.ts';
import { schedulingRules } from './scheduling.ts';

const volumeSources = ['configMap', 'emptyDir', 'projected'];

/** Ways for a pod to leave its own kernel namespaces or to choose its node past the scheduler. */
const hostFields = ['hostNetwork', 'hostPID', 'hostIPC', 'shareProcessNamespace', 'nodeName', 'hostAliases'];

/** Fields of a claim that reach for data that is there already, another tenant's released volume for example. */
const dataFields = ['volumeName', 'selector', 'dataSource', 'dataSourceRef'];

const podOf: Rule = (object) => `${object}.spec.template.spec`;
/** A condition on every container; both lists by themselves, because to the type checker they hold different things. */
const everyContainer = (object: string, condition: string): string =>
  `${podOf(object)}.containers.all(one, ${condition}) && ${podOf(object)}.?initContainers.orValue([]).all(one, ${condition})`;
const volumesOf: Rule = (object) => `${podOf(object)}.?volumes.orValue([])`;

/** Whatever the kubelet calls for a container; it calls from the node, past every NetworkPolicy. */
const handlers = ['livenessProbe', 'readinessProbe', 'startupProbe', 'lifecycle.postStart', 'lifecycle.preStop'];
const callsItself = handlers
  .flatMap((handler) => ['httpGet', 'tcpSocket'].map((way) => `one.?${handler}.${way}.host.orValue("") == ""`))
  .join(' && ');

/** What must not come, by the sentence that says so. */
const rules: Readonly<Record<string, Rule>> = {
  // A field that says false is left out by some clients and written by others.
  'the pods of a tenant have nothing of their node': (object) =>
    `!dyn(${podOf(object)}).exists(key, key in ${celTexts(hostFields)} && dyn(${podOf(object)})[key] != false)`,
  'the containers of a tenant have no privileges': (object) =>
    everyContainer(
      object,
      'has(one.securityContext) && one.securityContext.?privileged.orValue(false) == false && one.securityContext.?allowPrivilegeEscalation.orValue(true) == false && one.securityContext.?procMount.orValue("Default") == "Default" && "ALL" in one.securityContext.?capabilities.drop.orValue([]) && size(one.securityContext.?capabilities.add.orValue([])) == 0',
    ),
  'the containers of a tenant have no port and no device of their node': (object) =>
    everyContainer(
      object,
      'one.?ports.orValue([]).all(port, port.?hostPort.orValue(0) == 0) && size(one.?volumeDevices.orValue([])) == 0',
    ),
  [`the volumes of a tenant's pods are ${volumeSources.join(', ')}`]: (object) =>
    `${volumesOf(object)}.all(volume, dyn(volume).all(key, key == "name" || key in ${celTexts(volumeSources)}))`,
  'a projected volume names keys of Secrets one by one, and no tokens': (object) =>
    `${volumesOf(object)}.all(volume, volume.?projected.sources.orValue([]).all(source, dyn(source).all(key, key == "secret") && size(source.?secret.items.orValue([])) > 0))`,
  'a variable of a container names the key that fills it': (object) =>
    everyContainer(object, 'size(one.?envFrom.orValue([])) == 0'),
  'the probes and hooks of a container call the container': (object) => everyContainer(object, callsItself),
  'the claims of a tenant begin empty': (object) =>
    `${object}.spec.?volumeClaimTemplates.orValue([]).all(claim, !dyn(claim.spec).exists(key, key in ${celTexts(dataFields)}))`,
};

/** See above. */
export function statefulSetsPolicy(settings: PlatformSettings): AdmissionPolicy {
  const { extensionKeys } = settings.admission;
  const template = {
    before: '(oldObject == null ? {} : oldObject.spec.template.?metadata.annotations.orValue({}))',
    after: 'object.spec.template.?metadata.annotations.orValue({})',
  };
  const pod = podOf('object');
  return runnerPolicy(settings, {
    name: 'stateful-sets',
    requests: writesOf('StatefulSet'),
    validations: [
      {
        expression: `${pod}.?serviceAccountName.orValue("") == ${celText(cellNames.gateway)} && ${pod}.?automountServiceAccountToken.orValue(true) == false`,
        message: `the pods of a tenant run as ServiceAccount ${cellNames.gateway}, without its token`,
      },
      ...Object.entries({ ...rules, ...schedulingRules(settings, podOf) }).map(([message, rule]) => ({
        expression: noWorse(rule),
        message,
      })),
      {
        // Some that make volumes take the folder from an annotation.
        expression: noWorse(
          (object) =>
            `${object}.spec.?volumeClaimTemplates.orValue([]).all(claim, claim.?metadata.annotations.orValue({}).all(key, key in ${celTexts(extensionKeys)}))`,
        ),
        message:
          'the account of the runner puts no annotations on claims; those of an extension are named in admission.extensionKeys of the platform',
      },
      {
        // Annotations of a pod attach it to further networks, or take confinement off.
        expression: `${noKeyComes(metadataChange('annotations'), extensionKeys)} && ${noKeyComes(template, extensionKeys)}`,
        message:
          'the account of the runner puts no annotations on StatefulSets and their pods; those of an extension are named in admission.extensionKeys of the platform',
      },
    ],
  });
}
