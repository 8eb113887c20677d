/** In place of a storage driver: a volume for each claim of the class, as soon as it exists. */
import type { ApiClient, TestObject } from '../../api/support/api-client.ts';
import type { TestControlPlane } from '../../api/support/control-plane.ts';
import { keptUp } from './kept-up.ts';

/** The class to name in a spec. */
export const elasticClass = 'elastic';

const volumes = '/api/v1/persistentvolumes';

/** Makes the class. */
export async function installElasticClass({ admin }: Pick<TestControlPlane, 'admin'>): Promise<void> {
  await admin.ok({
    method: 'POST',
    path: '/apis/storage.k8s.io/v1/storageclasses',
    body: {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name: elasticClass },
      provisioner: 'example.com/none',
      allowVolumeExpansion: true,
    },
  });
}

/** Makes the class; works until what it returns is disposed. */
export async function keepVolumesBound(plane: Pick<TestControlPlane, 'admin'>): Promise<AsyncDisposable> {
  const { admin } = plane;
  await installElasticClass(plane);
  return keptUp(() => provide(admin));
}

interface ClaimLike extends TestObject {
  readonly spec: {
    readonly storageClassName?: string;
    readonly resources: { readonly requests: { readonly storage: string } };
  };
  readonly status?: { readonly phase?: string };
}

async function provide(admin: ApiClient): Promise<void> {
  const claims = (await admin.list('/api/v1/persistentvolumeclaims')) as unknown as ClaimLike[];
  const waiting = claims.filter(
    ({ spec, status }) => spec.storageClassName === elasticClass && (status?.phase ?? 'Pending') === 'Pending',
  );
  await Promise.all(waiting.map((claim) => makeVolume(admin, claim)));
}

async function makeVolume(admin: ApiClient, { metadata: { name, namespace, uid }, spec }: ClaimLike): Promise<void> {
  const body = {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: `volume-${uid}` },
    spec: {
      capacity: { storage: spec.resources.requests.storage },
      accessModes: ['ReadWriteOnce'],
      storageClassName: elasticClass,
      hostPath: { path: '/none' },
      claimRef: { namespace, name, uid },
    },
  };
  const { status, body: answer } = await admin.send({ method: 'POST', path: volumes, body });
  // It is there, and the claim is not told of it yet.
  if (status !== 409 && status >= 300) throw new Error(`${name}: ${JSON.stringify(answer)}`);
}
