/** Field types that several kinds share: names, quantities, references, network addresses. */
import { integer, listOf, mapOf, object, oneOf, string } from './structural.ts';
import type { CelRule, StructuralSchema } from './structural.ts';

/** A short name of ours (organization, team, profile): the rule of tenant names. */
export function shortName(description: string, preset?: string): StructuralSchema {
  return string(description, {
    pattern: 'shortName',
    maxLength: 40,
    ...(preset === undefined ? {} : { default: preset }),
  });
}

/** The name of a namespaced Kubernetes object (DNS subdomain, RFC 1123). */
export function objectName(description: string): StructuralSchema {
  return string(description, {
    pattern: 'objectName',
    minLength: 1,
    maxLength: 253,
  });
}

/** A DNS label (RFC 1123), for example a namespace. */
export function labelName(description: string): StructuralSchema {
  return string(description, { pattern: 'labelName', minLength: 1, maxLength: 63 });
}

/** An amount of memory or storage with a binary or decimal suffix, above zero. */
export function bytes(description: string, preset?: string): StructuralSchema {
  return string(description, {
    pattern: 'bytes',
    maxLength: 12,
    ...(preset === undefined ? {} : { default: preset }),
  });
}

/** An amount of CPU: whole cores or millicores. */
export function cores(description: string, preset?: string): StructuralSchema {
  return string(description, {
    pattern: 'cores',
    maxLength: 8,
    ...(preset === undefined ? {} : { default: preset }),
  });
}

/** An IPv4 or IPv6 block in CIDR notation. */
export function cidr(description: string): StructuralSchema {
  return string(description, {
    pattern: 'cidr',
    maxLength: 49,
  });
}

/** A time span in Go's notation, as Kubernetes writes it: `90s`, `10m`, `1h30m`. */
export function duration(description: string, preset: string): StructuralSchema {
  return string(description, { pattern: 'duration', maxLength: 21, default: preset });
}

/** A pointer to one key of a Secret in the tenant's namespace; the value itself is read by nobody but the kubelet. */
export function secretKeyRef(description: string): StructuralSchema {
  return object(
    description,
    {
      name: objectName("Name of the Secret in the tenant's namespace."),
      key: string('Key inside the Secret.', { pattern: 'secretKey', minLength: 1, maxLength: 253 }),
    },
    { required: ['name', 'key'] },
  );
}

/**
 * The keys of a map of labels or annotations; a schema bounds values only, and a bad key would show when the pod is made.
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
 */
export const qualifiedKeys: CelRule = {
  rule: "self.all(key, key.matches('^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$'))",
  message:
    'a key is not a label or annotation name: write a name such as app, if wanted after a domain: example.com/team',
};

/** Kubernetes labels as key and value. */
export function labels(description: string): StructuralSchema {
  return mapOf(description, string('Label value.', { pattern: 'labelValue', maxLength: 63 }), {
    maxProperties: 16,
    rules: [qualifiedKeys],
  });
}

/** Pods of one namespace, by the namespace's name (its other labels can be forged by whoever may edit it). */
export function peer(description: string): StructuralSchema {
  return object(
    description,
    {
      namespace: labelName('Namespace of the peer, matched by the label `kubernetes.io/metadata.name`.'),
      podLabels: labels('Labels that the pods must have. Default: every pod of the namespace.'),
    },
    { required: ['namespace'] },
  );
}

/** Ports of one network rule. */
export function ports(description: string): StructuralSchema {
  return listOf(
    description,
    object(
      'One port.',
      {
        port: integer('Port number.', { minimum: 1, maximum: 65535 }),
        protocol: oneOf('Transport protocol.', ['TCP', 'UDP'], 'TCP'),
      },
      { required: ['port'] },
    ),
    { minItems: 1, maxItems: 16 },
  );
}
