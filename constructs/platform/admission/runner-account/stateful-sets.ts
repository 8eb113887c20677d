/** StatefulSets: what their pods may be. Pod Security says much of it again when the pods are made; it may be missing. */
import { cellNames } from '../../../cell/labels.ts';
import type { PlatformSettings } from '../../settings.ts';
import type { AdmissionPolicy, NamedExpression, Validation } from '../admission-policy.ts';
import { celText, celTexts } from '../cel.ts';
import { metadataChange, noKeyComes } from './kept-keys.ts';
import { runnerPolicy, writesOf } from './runner-policy.ts';

const volumeSources = ['configMap', 'emptyDir', 'projected'];

/** Ways for a pod to leave its own kernel namespaces or to choose its node past the scheduler. */
const hostFields = ['hostNetwork', 'hostPID', 'hostIPC', 'shareProcessNamespace', 'nodeName', 'hostAliases'];

/** Fields of a claim that reach for data that is there already, another tenant's released volume for example. */
const dataFields = ['volumeName', 'selector', 'dataSource', 'dataSourceRef'];

const variables: readonly NamedExpression[] = [
  { name: 'template', expression: 'object.spec.template' },
  { name: 'pod', expression: 'object.spec.template.spec' },
  {
    name: 'containers',
    expression: 'variables.pod.containers + variables.pod.?initContainers.orValue([])',
  },
  { name: 'volumes', expression: 'variables.pod.?volumes.orValue([])' },
];

const validations: readonly Validation[] = [
  {
    expression: `variables.pod.?serviceAccountName.orValue("") == ${celText(cellNames.gateway)} && variables.pod.?automountServiceAccountToken.orValue(true) == false`,
    message: `the pods of a tenant run as ServiceAccount ${cellNames.gateway}, without its token`,
  },
  {
    // A field that says false is left out by some clients and written by others.
    expression: `!dyn(variables.pod).exists(key, key in ${celTexts(hostFields)} && dyn(variables.pod)[key] != false)`,
    message: 'the pods of a tenant have nothing of their node',
  },
  {
    expression:
      'variables.containers.all(one, has(one.securityContext) && one.securityContext.?privileged.orValue(false) == false && one.securityContext.?allowPrivilegeEscalation.orValue(true) == false && one.securityContext.?procMount.orValue("Default") == "Default" && "ALL" in one.securityContext.?capabilities.drop.orValue([]) && size(one.securityContext.?capabilities.add.orValue([])) == 0)',
    message: 'the containers of a tenant have no privileges',
  },
  {
    expression:
      'variables.containers.all(one, one.?ports.orValue([]).all(port, port.?hostPort.orValue(0) == 0) && size(one.?volumeDevices.orValue([])) == 0)',
    message: 'the containers of a tenant have no port and no device of their node',
  },
  {
    expression: `variables.volumes.all(volume, dyn(volume).all(key, key == "name" || key in ${celTexts(volumeSources)}))`,
    message: `the volumes of a tenant's pods are ${volumeSources.join(', ')}`,
  },
  {
    expression:
      'variables.volumes.all(volume, volume.?projected.sources.orValue([]).all(source, dyn(source).all(key, key == "secret") && size(source.?secret.items.orValue([])) > 0))',
    message: 'a projected volume names keys of Secrets one by one, and no tokens',
  },
  {
    expression: 'variables.containers.all(one, size(one.?envFrom.orValue([])) == 0)',
    message: 'a variable names the key that fills it',
  },
  {
    expression: `object.spec.?volumeClaimTemplates.orValue([]).all(claim, !dyn(claim.spec).exists(key, key in ${celTexts(dataFields)}))`,
    message: 'the claims of a tenant begin empty',
  },
];

/** See above. */
export function statefulSetsPolicy(settings: PlatformSettings): AdmissionPolicy {
  const { extensionKeys } = settings.admission;
  const template = {
    before: '(oldObject == null ? {} : oldObject.spec.template.?metadata.annotations.orValue({}))',
    after: 'variables.template.?metadata.annotations.orValue({})',
  };
  return runnerPolicy(settings, {
    name: 'stateful-sets',
    requests: writesOf('StatefulSet'),
    variables,
    validations: [
      ...validations,
      {
        // Annotations of a pod attach it to further networks, or take confinement off.
        expression: `${noKeyComes(metadataChange('annotations'), extensionKeys)} && ${noKeyComes(template, extensionKeys)}`,
        message:
          'the account of the runner puts no annotations on StatefulSets and their pods; those of an extension are named in admission.extensionKeys of the platform',
      },
    ],
  });
}
