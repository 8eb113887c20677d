/** Fields of our kinds that others write by right; a change of them is no drift. */
import type { LeftToOthers } from '../engine/projection.ts';

/** The default IngressClass is put in when an Ingress without one is made. */
export const chosenAtCreation: LeftToOthers = { Ingress: [['spec', 'ingressClassName']] };

export const leftToOthers: LeftToOthers = {
  // The namespace controller's.
  Namespace: [['spec']],
  // Controllers of some distributions (OpenShift) list their Secrets here.
  ServiceAccount: [['secrets'], ['imagePullSecrets']],
  // `kubectl rollout restart`.
  StatefulSet: [['spec', 'template', 'metadata', 'annotations', 'kubectl.kubernetes.io/restartedAt']],
};
