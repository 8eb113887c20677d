/** What distributions and network plugins put into every cluster and namespace: no finding. */
import { rbac } from './planted-fault.ts';
import type { TestControlPlane } from './control-plane.ts';

const group = 'rbac.authorization.k8s.io';
const namespace = 'tenant-managed';

interface Made {
  readonly path: string;
  readonly body: object;
}

function role(name: string, ...rules: readonly (readonly [string[], string[], string[]])[]): Made {
  return {
    path: `${rbac}/clusterroles`,
    body: {
      metadata: { name },
      rules: rules.map(([apiGroups, resources, verbs]) => ({ apiGroups, resources, verbs })),
    },
  };
}

interface Bound {
  readonly subjects: readonly object[];
  /** @default - the cluster */
  readonly where?: string;
}

function binding(name: string, to: string, { subjects, where = '' }: Bound): Made {
  const roleRef = { apiGroup: group, kind: 'ClusterRole', name: to };
  const collection = where === '' ? 'clusterrolebindings' : `namespaces/${where}/rolebindings`;
  return { path: `${rbac}/${collection}`, body: { metadata: { name }, roleRef, subjects } };
}

const everybody = ['system:authenticated', 'system:unauthenticated'].map((name) => ({
  kind: 'Group',
  apiGroup: group,
  name,
}));
const account = (name: string): Made => ({
  path: `/api/v1/namespaces/${namespace}/serviceaccounts`,
  body: { metadata: { name }, secrets: [{ name: `${name}-dockercfg-x7k2p` }] },
});
const ofAccount = (name: string): object[] => [{ kind: 'ServiceAccount', namespace, name }];

/** By whose they are. */
export const harmless: Readonly<Record<string, readonly Made[]>> = {
  OpenShift: [
    role('system:oauth-token-deleter', [['', 'oauth.openshift.io'], ['oauthaccesstokens'], ['delete']]),
    role('system:build-strategy-docker', [['', 'build.openshift.io'], ['builds/docker'], ['create']]),
    role('self-access-reviewer', [['', 'authorization.openshift.io'], ['selfsubjectaccessreviews'], ['create']]),
    role('system:image-builder', [['', 'image.openshift.io'], ['imagestreams/layers'], ['get', 'update']]),
    role('system:deployer', [[''], ['pods'], ['create', 'get', 'list', 'watch']]),
    role('system:image-puller', [['', 'image.openshift.io'], ['imagestreams/layers'], ['get']]),
    binding('system:oauth-token-deleters', 'system:oauth-token-deleter', { subjects: everybody }),
    binding('system:build-strategy-docker-binding', 'system:build-strategy-docker', {
      subjects: everybody.slice(0, 1),
    }),
    binding('self-access-reviewers', 'self-access-reviewer', { subjects: everybody }),
    account('builder'),
    account('deployer'),
    binding('system:image-builders', 'system:image-builder', { subjects: ofAccount('builder'), where: namespace }),
    binding('system:deployers', 'system:deployer', { subjects: ofAccount('deployer'), where: namespace }),
    binding('system:image-pullers', 'system:image-puller', {
      subjects: [{ kind: 'Group', apiGroup: group, name: `system:serviceaccounts:${namespace}` }],
      where: namespace,
    }),
  ],
  Calico: [
    role('calico-tiered-policy-passthrough', [['projectcalico.org'], ['networkpolicies'], ['*']]),
    binding('calico-tiered-policy-passthrough', 'calico-tiered-policy-passthrough', {
      subjects: everybody.slice(0, 1),
    }),
  ],
};

const nameOf = ({ body }: Made): string => (body as { metadata: { name: string } }).metadata.name;

export async function make({ admin }: TestControlPlane, objects: readonly Made[]): Promise<void> {
  for (const { path, body } of objects) await admin.ok({ method: 'POST', path, body });
}

export async function unmake({ admin }: TestControlPlane, objects: readonly Made[]): Promise<void> {
  for (const one of objects) await admin.ok({ method: 'DELETE', path: `${one.path}/${nameOf(one)}` });
}
