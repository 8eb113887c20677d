/**
 * Every code that a problem or an error of ours carries, with what it means. docs/reference/errors.md is made from it,
 * and a test holds it to the code: no code without words, no words without a code.
 */

import { doctorCodes } from './error-codes-of-the-doctor.ts';
import { programCodes } from './error-codes-of-programs.ts';
import { runnerCodes } from './error-codes-of-the-runner.ts';
import { webhookCodes } from './error-codes-of-the-webhook.ts';
import { wallCodes } from './error-codes-of-walls.ts';

/** Codes that share the word before the dot. */
export interface CodeFamily {
  readonly family: string;
  /** What the family is about. */
  readonly about: string;
  /** By the word after the dot: what happened, then what helps. */
  readonly codes: Readonly<Record<string, readonly [meaning: string, help: string]>>;
}

/** The families in the order in which somebody meets them. */
export const codeFamilies: readonly CodeFamily[] = [
  {
    family: 'file',
    about: 'Files that cannot be read as what they should be.',
    codes: {
      missing: ['The path that was named leads nowhere.', 'Check the path.'],
      none: ['The folder has no YAML file.', 'Name the folder that holds the objects.'],
      unreadable: ['The system does not let the file be read.', 'Check its permissions.'],
      encoding: ['The file is not UTF-8 text.', 'Save it as UTF-8.'],
      special: ['There is a pipe, socket or device where a file should be.', 'Remove it.'],
      link: ['A symbolic link leads out of the folder.', 'Put the file itself there.'],
    },
  },
  {
    family: 'yaml',
    about: 'YAML that is wrong, or that Kubernetes and other readers take for different data.',
    codes: {
      syntax: ['The text is no YAML.', 'Look at the line and the one before: indentation, quotes, colons.'],
      ambiguous: [
        'A value without quotes that readers take for different types, such as `yes`, `012` or `1:30`.',
        'Write the quoted form that is named.',
      ],
      'inexact-number': ['A number with more digits than a number keeps.', 'Quote it.'],
      'key-type': ['A key that is a number, a boolean or nothing.', 'Quote it.'],
      'complex-key': ['A list or mapping as a key.', 'Write a word.'],
      'duplicate-key': ['A key stands twice in one mapping.', 'Remove one.'],
      'merge-key': ['`<<` is read by some YAML readers only.', 'Write the members out.'],
      tag: ['A YAML tag (`!name`); Kubernetes objects have none.', 'Remove it.'],
      directive: ['A YAML directive (`%YAML`).', 'Remove the line.'],
      'alias-unknown': [
        'An alias (`*name`) without its anchor (`&name`).',
        'Set the anchor before it, or quote the text.',
      ],
      'alias-cycle': ['An alias inside of what it stands for.', 'Write the value out.'],
      'alias-expansion': [
        'The document is very large once its aliases are written out.',
        'Write the values out, or split the document.',
      ],
      'open-block': [
        'A block text ends without a line break, which readers do not read alike.',
        'End the file with a line break.',
      ],
      'line-separator': ['A character that some readers take for a line break.', 'Write it escaped in double quotes.'],
      unwritable: [
        'Synthesis made a value that YAML cannot carry.',
        'Remove the control character from the field that is named.',
      ],
    },
  },
  {
    family: 'object',
    about: 'Documents that are no object of ours.',
    codes: {
      shape: ['The document is not a mapping.', 'Write `apiVersion`, `kind`, `metadata` and `spec`.'],
      kind: ['The kind is missing or not one of ours.', 'Write one of the kinds that are named.'],
      'api-version': ['The API version is missing or another one.', 'Write the version that is named.'],
    },
  },
  {
    family: 'metadata',
    about: 'Metadata that the API server refuses for every kind.',
    codes: {
      name: ['The object has no name.', 'Add `metadata.name`.'],
      key: [
        'The key of a label or annotation, or a finalizer, is no qualified name.',
        'Write a name of at most 63 characters, if wanted after a domain and a slash.',
      ],
      'label-value': [
        'A label value has the wrong form.',
        'Write at most 63 letters, digits, hyphens, underscores and dots.',
      ],
      'annotations-size': ['All annotations together have more than 256 KiB.', 'Shorten them.'],
    },
  },
  {
    family: 'schema',
    about: 'Fields that are not as the schema of the kind asks. The API server refuses the same objects.',
    codes: {
      'unknown-field': ['The object has no field of that name.', 'Take the suggestion, or remove the field.'],
      type: [
        'A value has the wrong type.',
        'Write the type that is named; digits and `true` need quotes to be a text.',
      ],
      required: ['A field is missing.', 'Add it.'],
      enum: ['A word is not one of those allowed.', 'Write one of them.'],
      pattern: ['A text has the wrong form.', 'Write it in the form that is named.'],
      length: ['A text is too short or too long, in characters.', 'Keep to the bound that is named.'],
      range: ['A number is out of range.', 'Keep to the bounds that are named.'],
      count: ['A list or map has too few or too many entries.', 'Keep to the bound that is named.'],
      duplicate: ['An entry stands twice in a list whose entries differ.', 'Remove or rename one.'],
      rule: ['Fields do not fit together.', 'Do what the message names.'],
      transition: [
        'A change that is not possible, for example a smaller volume.',
        'Keep the old value, or make a new object.',
      ],
    },
  },
  {
    family: 'fleet',
    about: 'The fleet as a whole.',
    codes: {
      'folder-missing': ['There is no fleet in the folder.', 'Name its folder, or make one with `cellwright init`.'],
      folder: ['A file lies outside of `profiles/`, `bundles/` and `tenants/`.', 'Move it to the one that fits.'],
      file: ['A file of the fleet is not a YAML file.', 'Rename it, or move it out.'],
      config: ['`fleet.config.ts` cannot be loaded.', 'See the cause that is named.'],
      'name-twice': ['Two objects of one kind have one name.', 'Remove or rename one.'],
      'profile-missing': ['A tenant names a profile that is not there.', 'Take the suggestion, or add the profile.'],
      'grant-tenant': [
        'A grant of a bundle names a tenant that is not there, so it lifts nothing. A warning.',
        'Take the suggestion, or remove the grant; a grant may also come before its tenant.',
      ],
      'scope-nobody': [
        'The scope of a bundle names an organization or team in which no tenant is. A warning.',
        'Take the suggestion, or add the tenants.',
      ],
      'profile-leaving': [
        'A tenant would use a profile that is being deleted.',
        'Choose another profile, or wait until it is gone and make it anew.',
      ],
      'namespace-foreign': [
        'The namespace of a new tenant is there and is not for it.',
        'Do what the message says, or take another name.',
      ],
      'host-twice': ['Two tenants would serve one host name.', 'Give one another host.'],
    },
  },
  {
    family: 'profile',
    about: 'What a GatewayProfile does not let its tenants do.',
    codes: {
      'tenant-refused': [
        'A tenant that was valid under the profile would not be any more.',
        'Change the tenant first, or give it another profile.',
      ],
      'fixed-field': [
        'The profile keeps the field for itself (`spec.fixed.fields`).',
        'Remove it, or have the profile changed.',
      ],
      limit: ['An amount is above a ceiling of the profile (`spec.limits`).', 'Lower it, or have the ceiling raised.'],
      image: [
        'The image is not one that the profile allows (`spec.images.allowed`).',
        'Use an allowed one, or have the list extended.',
      ],
      'default-above-limit': [
        'A default of the profile is above the profile’s own ceiling.',
        'Lower the default or raise the ceiling.',
      ],
    },
  },
  {
    family: 'image',
    about: 'Image references.',
    codes: {
      floating: ['The image has neither tag nor digest, so that its content may change unseen.', 'Add a digest.'],
    },
  },
  {
    family: 'resources',
    about: 'CPU and memory.',
    codes: {
      'memory-too-small': [
        'OpenClaw does not start with so little memory.',
        'Set `resources.memoryLimit` to 1Gi or more.',
      ],
      'memory-order': ['The memory request is above the limit.', 'Lower the one or raise the other.'],
    },
  },
  ...wallCodes,
  {
    family: 'policy',
    about: 'What the levels of policy do not let a tenant do.',
    codes: {
      'egress-denied': ['A level of policy denies the destination.', 'Stay outside of the block that is named.'],
      'egress-not-allowed': [
        'A level of policy allows other destinations only.',
        'Stay inside of the blocks that are named.',
      ],
      widens: [
        'A level allows something of which the levels above it leave nothing. It stays denied all the same.',
        'Remove it, or have the level that is named allow it.',
      ],
      'too-large': [
        'The rules of all levels together are too large for one ConfigMap.',
        'Shorten them, for example with `*`.',
      ],
    },
  },
  {
    family: 'question',
    about: 'Questions to policy, as `cellwright policy explain` reads them.',
    codes: {
      field: ['A field of the question is wrong.', 'See `cellwright policy explain --help`.'],
      documents: ['The file does not hold exactly one document.', 'Write one document, without `---`.'],
    },
  },
  {
    family: 'cases',
    about: 'Tables of cases, as `cellwright policy test` reads them.',
    codes: {
      field: ['A case is not written as it should be.', 'See `cellwright policy test --help`.'],
      none: ['There are no cases and no Rego tests.', 'Write some below `tests/` of the fleet, or name the files.'],
      tenant: ['A case names a tenant that the fleet does not have.', 'Name one of its tenants.'],
      rego: ['A Rego test does not compile.', 'Correct it; `opa check` knows more about each error.'],
    },
  },
  {
    family: 'bundle',
    about: 'Policy bundles.',
    codes: {
      rego: ['OPA refuses the Rego.', 'Correct the line that is named; `opa check --strict` shows the same.'],
      'rego-package': [
        'The Rego has a package line; each bundle is put into a package of its own.',
        'Remove the line.',
      ],
      'rego-data': [
        'The Rego reads data of other bundles.',
        'Use `input`, `data.policy` and rules of the same bundle.',
      ],
      'rego-slow': [
        'A rule of the Rego did not come to an end within two seconds on sample questions.',
        'Look things up instead of trying all combinations.',
      ],
      'rego-shape': ['`deny` or `require_approval` is not a set of messages.', 'Write `deny contains "reason" if …`.'],
      'rego-silent': ['The Rego has neither `deny` nor `require_approval`.', 'Add a rule, or remove `rego`.'],
    },
  },
  {
    family: 'credentials',
    about: 'Credentials.',
    codes: {
      'variable-twice': ['Two sources set one environment variable.', 'Remove one of the two.'],
      'channel-plugin': [
        'A credential is for a channel whose plugin the tenant does not install.',
        'Add the plugin in an exact version, to the tenant or to the profile.',
      ],
      'single-consumer': [
        'A channel of the profile gives each message to one replica only, and the tenant has several.',
        'Set `replicas` to 1, or name another profile.',
      ],
    },
  },
  {
    family: 'access',
    about: 'How a gateway is reached.',
    codes: {
      'host-missing': [
        'A route has no host, and the profile no template for one.',
        'Add `host`, or `spec.access.hostTemplate` to the profile.',
      ],
      'host-form': ['The profile’s template makes a host name that is none.', 'Add a `host`.'],
      'wide-proxy': [
        'So many addresses are believed as proxies that nearly anybody could name any person.',
        'Name the addresses of the proxies.',
      ],
      annotation: [
        'The profile does not let tenants set that annotation of the Ingress.',
        'Remove it, or have `spec.access.ingressAnnotations` of the profile extended.',
      ],
    },
  },
  {
    family: 'config',
    about: 'Fragments of `openclaw.json`.',
    codes: {
      'unknown-key': ['OpenClaw has no such setting and would not start.', 'Take the suggestion, or remove the key.'],
      schema: ['OpenClaw does not take the value.', 'Write what is named.'],
      'platform-key': [
        'A tenant sets a key that its profile alone may set.',
        'Ask for it in `defaults.config` of the profile.',
      ],
      'owned-key': ['Cellwright sets that key.', 'Remove it, and use the field that is named.'],
      'literal-secret': [
        'A value that looks like a secret; fragments are kept in Git and in a ConfigMap.',
        'Name a Secret under `spec.credentials` and refer to its variable.',
      ],
      'no-schema': [
        'This Cellwright does not know the configuration of that OpenClaw version.',
        'Choose a version that it knows, or use a newer Cellwright.',
      ],
      'too-large': ['The fragment is too large for a ConfigMap.', 'Shorten it.'],
    },
  },
  {
    family: 'workspace',
    about: 'Workspace seeds.',
    codes: { 'too-large': ['The seed files together are too large for one ConfigMap.', 'Shorten them.'] },
  },
  {
    family: 'render',
    about: 'What leaves synthesis.',
    codes: {
      refused: [
        'A construct made an object that a cell must not contain.',
        'Correct the extension in `fleet.config.ts`.',
      ],
    },
  },
  {
    family: 'output',
    about: 'Writing the output folder.',
    codes: {
      path: ['A file name that is not portable, or two that differ in case only.', 'Rename the object that is named.'],
      foreign: [
        'A file that Cellwright did not write stands where output goes.',
        'Move it away, or name another output folder.',
      ],
      busy: ['Another run writes to the same folder.', 'Wait for it, or end it.'],
      failed: ['The system refused a change.', 'See the cause that is named: permissions, space.'],
    },
  },
  {
    family: 'cluster',
    about: 'Which cluster a command talks to.',
    codes: {
      'not-installed': ['The cluster does not know our kinds.', 'Apply `dist/platform` there first.'],
      choice: [
        'No cluster was named, or the one that was cannot be used.',
        'Give `--kubeconfig FILE`; no other file is read.',
      ],
    },
  },
  ...doctorCodes,
  {
    family: 'token',
    about: 'Gateway tokens, as `cellwright token` deals with them.',
    codes: {
      'unknown-tenant': ['The cluster has no tenant of that name.', 'See `cellwright status`.'],
      'not-made-here': [
        'The tenant names its own token Secret.',
        'Make another Secret, and name it in `spec.access.tokenSecretRef`.',
      ],
      held: ['The tenant is paused, stalled or being deleted.', 'Do what is named first.'],
      unfinished: [
        'The command ended before the pods had the new token.',
        'Nothing: the runner goes on. Call it again to have old Secrets removed.',
      ],
      'old-secret-kept': [
        'The token is rotated; the person may not delete the old Secret.',
        'Have someone call the command that is named.',
      ],
    },
  },
  {
    family: 'kube',
    about: 'The API server.',
    codes: {
      credentials: [
        'A token file, exec plug-in or certificate that the kubeconfig names gave no credentials.',
        'See the problem in the message; run the plug-in by hand.',
      ],
      refused: ['The API server answered, and the answer was no.', 'See its own sentence in the message.'],
      unreachable: ['No answer came.', 'Check address, network and certificates.'],
      'watch-stalled': [
        'A watch was silent for too long and is taken up again.',
        'Nothing, unless it happens all the time: then look at proxies between runner and API server.',
      ],
    },
  },
  {
    family: 'engine',
    about: 'The runner, on the objects of a tenant.',
    codes: {
      'foreign-object': [
        'An object of that name exists and is not ours to take.',
        'Remove it, or give the tenant another name.',
      ],
      'field-fight': [
        'Somebody else changes an object, or makes it anew, as often as the runner sets it right.',
        'Find the writer in the managedFields of the object.',
      ],
    },
  },
  ...programCodes,
  ...runnerCodes,
  ...webhookCodes,
];
