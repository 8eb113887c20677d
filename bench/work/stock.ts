/** The same constructs the way cdk8s projects do it: one App, one Chart a tenant, `app.synth()`. */
import { App, Chart, YamlOutputType } from 'cdk8s';
import { openFleet } from '../../cli/fleet/open-fleet.ts';
import { TenantCell } from '../../constructs/cell/tenant-cell.ts';

/** Reads the fleet as the command does, and synthesizes with cdk8s alone. */
export async function stock(fleetFolder: string, out: string): Promise<void> {
  const { fleet, assets } = await openFleet(fleetFolder, { progress: () => undefined });
  const app = new App({ outdir: out, yamlOutputType: YamlOutputType.FILE_PER_CHART });
  for (const tenant of fleet.tenants) {
    const profile = fleet.profiles.find(({ name }) => name === (tenant.spec.profile ?? 'default'));
    new TenantCell(new Chart(app, tenant.name), 'cell', {
      tenant,
      ...(profile === undefined ? {} : { profile }),
      bundles: fleet.bundles,
      assets,
    });
  }
  app.synth();
}
