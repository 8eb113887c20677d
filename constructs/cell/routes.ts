/** How people outside the cluster reach the gateway: an Ingress or a Gateway API route. */
import { ApiObject } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { CellObject } from './cell-object.ts';
import { gatewayPort } from '../api/kinds/access.ts';
import { cellLabels, cellNames, cellNamespace } from './labels.ts';
import type { CellSettings } from './settings/cell-settings.ts';

/** Ingress or HTTPRoute, when the tenant asks for one. */
export class CellRoutes extends Construct {
  constructor(scope: Construct, id: string, settings: CellSettings) {
    super(scope, id);
    const { access, host } = settings;
    if ((access.ingress ?? access.httpRoute) === undefined) {
      return;
    }
    if (host === undefined) {
      throw new RangeError('a route needs a host: set it, or access.hostTemplate of the profile');
    }
    if (access.ingress !== undefined) {
      this.ingress(settings, access.ingress, host);
    }
    if (access.httpRoute !== undefined) {
      this.httpRoute(settings.tenant, access.httpRoute, host);
    }
  }

  private ingress(
    { tenant, ingressClassName }: CellSettings,
    { annotations, tlsSecretName }: NonNullable<CellSettings['access']['ingress']>,
    host: string,
  ): void {
    const service = { name: cellNames.gateway, port: { number: gatewayPort } };
    new CellObject(this, 'ingress', {
      kind: k8s.KubeIngress,
      metadata: { ...metadataOf(tenant), ...(annotations === undefined ? {} : { annotations }) },
      spec: {
        ...(ingressClassName === undefined ? {} : { ingressClassName }),
        rules: [{ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service } }] } }],
        tls: [{ hosts: [host], ...(tlsSecretName === undefined ? {} : { secretName: tlsSecretName }) }],
      },
    });
  }

  private httpRoute(tenant: string, { gateway }: NonNullable<CellSettings['access']['httpRoute']>, host: string): void {
    new ApiObject(this, 'http-route', {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: metadataOf(tenant),
      spec: {
        parentRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', ...gateway }],
        hostnames: [host],
        rules: [{ backendRefs: [{ name: cellNames.gateway, port: gatewayPort }] }],
      },
    });
  }
}

function metadataOf(tenant: string): { name: string; namespace: string; labels: Record<string, string> } {
  return { name: cellNames.gateway, namespace: cellNamespace(tenant), labels: cellLabels(tenant, 'access') };
}
