/** A rule that the API server itself judges, in CEL, whether the runner is there or not (KEP-3488). */
import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { clusterScoped } from '../cluster-scoped.ts';
import { platformLabels } from '../labels.ts';

/** Requests that a policy looks at, as admissionregistration.k8s.io/v1 has them. */
export interface MatchedRequests {
  readonly apiGroups: readonly string[];
  readonly apiVersions: readonly string[];
  readonly operations: readonly ('CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT' | '*')[];
  /** A subresource (`pods/ephemeralcontainers`) is matched only where it is named. */
  readonly resources: readonly string[];
  /**
   * Objects of which scope. `namespaceLabel` of the policy never passes over those of the cluster, so a wildcard needs this.
   * @default - both
   */
  readonly scope?: 'Namespaced';
}

/** A CEL expression under a name. */
export interface NamedExpression {
  readonly name: string;
  readonly expression: string;
}

/** What must hold, and what is said when it does not. */
export interface Validation {
  readonly expression: string;
  readonly message: string;
  /** CEL for a message that names values; `message` is used where it fails. */
  readonly messageExpression?: string;
}

/** One ValidatingAdmissionPolicy with its binding: what fails is denied, and so is what cannot be judged. */
export interface AdmissionPolicy {
  /** Without the prefix `cellwright-`. */
  readonly name: string;
  readonly requests: readonly MatchedRequests[];
  /**
   * Only in namespaces with this label. Not for requests on Namespaces themselves, which are judged by the labels they
   * bring.
   * @default - everywhere
   */
  readonly namespaceLabel?: string;
  /**
   * A cluster-scoped kind whose objects the rules read as `params`: they must hold for each object that there is, and where
   * there is none, nothing passes.
   * @default - none
   */
  readonly params?: { readonly apiVersion: string; readonly kind: string };
  /** All must hold for the policy to look at a request. */
  readonly conditions: readonly NamedExpression[];
  /** Each may use those before it, as `variables.<name>`. */
  readonly variables: readonly NamedExpression[];
  readonly validations: readonly Validation[];
}

const apiVersion = 'admissionregistration.k8s.io/v1';

/** The two objects of a policy. */
export class BoundAdmissionPolicy extends Construct {
  constructor(scope: Construct, policy: AdmissionPolicy) {
    super(scope, policy.name);
    const metadata = { name: `cellwright-${policy.name}`, labels: platformLabels('admission') };
    clusterScoped(
      new ApiObject(this, 'policy', {
        apiVersion,
        kind: 'ValidatingAdmissionPolicy',
        metadata,
        spec: {
          failurePolicy: 'Fail',
          ...(policy.params === undefined ? {} : { paramKind: policy.params }),
          matchConstraints: {
            matchPolicy: 'Equivalent',
            resourceRules: policy.requests,
            ...(policy.namespaceLabel === undefined
              ? {}
              : { namespaceSelector: { matchExpressions: [{ key: policy.namespaceLabel, operator: 'Exists' }] } }),
          },
          ...optional('matchConditions', policy.conditions),
          ...optional('variables', policy.variables),
          validations: policy.validations.map((validation) => ({ ...validation, reason: 'Forbidden' })),
        },
      }),
    );
    clusterScoped(
      new ApiObject(this, 'binding', {
        apiVersion,
        kind: 'ValidatingAdmissionPolicyBinding',
        metadata,
        spec: {
          policyName: metadata.name,
          ...(policy.params === undefined ? {} : { paramRef: { selector: {}, parameterNotFoundAction: 'Deny' } }),
          validationActions: ['Deny'],
        },
      }),
    );
  }
}

function optional(field: string, list: readonly unknown[]): Readonly<Record<string, unknown>> {
  return list.length === 0 ? {} : { [field]: list };
}
