/** A fleet to measure with: tenants that differ as real ones do, each in a file of its own as people write them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Name of a tenant by its number. */
export function tenantName(index: number): string {
  return `customer-${String(index).padStart(5, '0')}`;
}

/** Path of a tenant's file below the fleet's folder. */
export function tenantPath(index: number): string {
  return `tenants/${tenantName(index)}.yaml`;
}

/** Writes a fleet of Rendered tenants under one profile and 22 bundles: one enterprise, 20 organizations, one team. */
export function writeFleet(folder: string, tenants: number): void {
  for (const name of ['profiles', 'bundles', 'tenants']) {
    mkdirSync(path.join(folder, name), { recursive: true });
  }
  const write = (name: string, text: string): void => {
    writeFileSync(path.join(folder, name), text);
  };
  write('profiles/default.yaml', profile);
  write('bundles/enterprise.yaml', enterprise);
  write('bundles/org-0-support.yaml', team);
  for (let index = 0; index < organizations; index += 1) {
    write(`bundles/org-${index}.yaml`, organization(index));
  }
  for (let index = 0; index < tenants; index += 1) {
    write(tenantPath(index), tenantText(index));
  }
}

/** Texts of the profile and of all bundles. */
export function sharedTexts(): string[] {
  return [profile, enterprise, team, ...Array.from({ length: organizations }, (_, index) => organization(index))];
}

/** One tenant's file: every second is small, the others have what teams ask for. */
export function tenantText(index: number): string {
  const shape = shapes[index % shapes.length];
  if (shape === undefined) {
    throw new RangeError(`there is no tenant ${index}`);
  }
  return `# Tenant ${index}: see the handbook before you change it.
apiVersion: cellwright.dev/v1alpha1
kind: TenantGateway
metadata:
  name: ${tenantName(index)}
spec:
  organization: org-${index % organizations}
  delivery: Rendered
${shape(index)}`;
}

const organizations = 20;

const access = `  access:
    tokenSecretRef:
      name: gateway-token
      key: token
`;

const small = (): string => access;

const channel = (index: number): string => `${access}  team: support
  openclaw:
    config:
      agents:
        defaults:
          model:
            primary: anthropic/claude-sonnet-5
      channels:
        telegram:
          dmPolicy: allowlist
          allowFrom:
            - '${1000 + index}'
    workspace:
      - path: SOUL.md
        content: |
          You help the customers of organization ${index % organizations}.
          You are brief and kind, and you say when you do not know.
  credentials:
    - name: anthropic
      provider: anthropic
      secretRef:
        name: model-keys
        key: anthropic
    - name: telegram
      channel: telegram
      secretRef:
        name: channel-tokens
        key: telegram
  policy:
    tools:
      deny:
        - memory_*
`;

const egress = (index: number): string => `${access}  openclaw:
    env:
      TZ: Europe/Vienna
      COST_CENTER: 'cc-${index}'
  credentials:
    - name: openai
      provider: openai
      version: '${1 + (index % 3)}'
      secretRef:
        name: model-keys
        key: openai
  egress:
    - cidr: 203.0.113.${index % 256}/32
      ports:
        - port: 8443
    - cidr: 10.20.${index % 256}.0/24
      ports:
        - port: 5432
`;

const hardened = (index: number): string => `${access}    ingress:
      className: nginx
      tlsSecretName: vault-tls
  resources:
    cpu: '1'
    memory: 2Gi
    memoryLimit: 3Gi
  storage:
    size: ${10 + (index % 20)}Gi
    className: encrypted
  scheduling:
    runtimeClassName: gvisor
    priorityClassName: tenant-critical
    nodeSelector:
      cellwright.dev/pool: hardened
    tolerations:
      - key: cellwright.dev/pool
        operator: Equal
        value: hardened
        effect: NoSchedule
`;

const shapes = [small, channel, small, egress, small, hardened, small, channel];

const profile = `apiVersion: cellwright.dev/v1alpha1
kind: GatewayProfile
metadata:
  name: default
spec:
  openclaw:
    version: 2026.9.6
  fixed:
    fields:
      - openclaw.plugins
      - openclaw.skills
    config:
      cron:
        enabled: false
  limits:
    memory: 4Gi
    storage: 50Gi
    replicas: 1
  network:
    egressCeiling:
      - 203.0.113.0/24
      - 10.20.0.0/16
  access:
    hostTemplate: '{tenant}.agents.example.com'
    from:
      - namespace: ingress-system
`;

const enterprise = `apiVersion: cellwright.dev/v1alpha1
kind: PolicyBundle
metadata:
  name: enterprise
spec:
  rules:
    tools:
      allow: [read, write, edit, web_fetch, web_search, memory_*, session_status, message, tool_call]
      # Tools that run code would run it as the gateway itself.
      deny: [exec, process, nodes, gateway]
    models:
      allow: [anthropic/*, openai/*]
    channels:
      allow: [telegram, slack]
`;

const organization = (index: number): string => `apiVersion: cellwright.dev/v1alpha1
kind: PolicyBundle
metadata:
  name: org-${index}
spec:
  scope:
    organization: org-${index}
  rules:
    tools:
      requireApproval: [message]
    models:
      allow: [anthropic/*, openai/gpt-${index}]
`;

const team = `apiVersion: cellwright.dev/v1alpha1
kind: PolicyBundle
metadata:
  name: org-0-support
spec:
  scope:
    organization: org-0
    team: support
  rules:
    tools:
      deny: [write, edit]
`;
