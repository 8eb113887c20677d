/** What `cellwright init` writes: a small GitOps repository that synthesizes as it is. */
import { opaVersion } from '../../opa/find-opa.ts';

/** Files by path. */
export function template(version: string): Readonly<Record<string, string>> {
  return {
    'package.json': packageJson(version),
    'cdk8s.yaml': 'language: typescript\napp: node main.ts\n',
    'main.ts': mainTs,
    '.gitignore': 'node_modules/\n.cellwright-cache/\n',
    'fleet/profiles/default.yaml': profile,
    'fleet/bundles/baseline.yaml': bundle,
    'fleet/tenants/hello.yaml': tenant,
    'fleet/tests/baseline.cases.yaml': cases,
    '.github/workflows/fleet.yaml': workflow,
  };
}

function packageJson(version: string): string {
  const manifest = {
    name: 'fleet',
    private: true,
    type: 'module',
    engines: { node: '>=22.19' },
    scripts: { synth: 'cellwright synth', validate: 'cellwright validate fleet', policy: 'cellwright policy test' },
    dependencies: { cellwright: `^${version}` },
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

const mainTs = `/** The cdk8s app: \`npx cdk8s-cli synth\` and \`npx cellwright synth\` write the same dist/. */
import { synthFleet } from 'cellwright';

process.exitCode = await synthFleet({ fleet: 'fleet', out: process.env.CDK8S_OUTDIR ?? 'dist' });
`;

const profile = `# What tenants share unless they say otherwise. Every field has a default:
# node_modules/cellwright/docs/reference/gatewayprofile.md lists them.
apiVersion: cellwright.dev/v1alpha1
kind: GatewayProfile
metadata:
  name: default
spec: {}
`;

const bundle = `# Policy for every tenant: what no list allows is denied.
apiVersion: cellwright.dev/v1alpha1
kind: PolicyBundle
metadata:
  name: baseline
spec:
  rules:
    tools:
      allow:
        - read
        - web_fetch
        - web_search
        - session_status
        - memory_*
      # Tools that run code would run it as the gateway itself.
      deny:
        - exec
        - process
    models:
      allow:
        - anthropic/*
    # Who may write, and whom the agent answers: the channel's own settings hold until a level narrows them here.
    channels:
      allow: ['*']
    senders:
      allow: ['*']
    targets:
      allow: ['*']
`;

const tenant = `# One tenant: a namespace of its own, a gateway, and an OPA beside it that decides every tool call.
apiVersion: cellwright.dev/v1alpha1
kind: TenantGateway
metadata:
  name: hello
spec:
  credentials:
    # kubectl -n tenant-hello create secret generic model-keys --from-file=anthropic=KEYFILE
    - name: anthropic
      provider: anthropic
      secretRef:
        name: model-keys
        key: anthropic
`;

const cases = `# What the policy of this fleet must answer, as the cells' own OPA decides: npx cellwright policy test
- tenant: hello
  tool: read
  expect: allow
- name: tools that run code are denied to everybody
  tenant: hello
  tool: exec
  expect: deny
  because: enterprise/baseline
- name: only models of the list run
  tenant: hello
  model: openai/gpt
  expect: deny
- tenant: hello
  question:
    kind: inbound
    channel: telegram
    requester: telegram:1002
  expect: allow
`;

const workflow = `# Refuses a change whose dist/ is not what its fleet/ says.
name: fleet
on: [push, pull_request]
jobs:
  synth:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with:
          node-version: 24
      - uses: open-policy-agent/setup-opa@v2
        with:
          version: ${opaVersion}
      - run: npm ci
      - run: npx cellwright validate fleet
      - run: npx cellwright policy test
      - run: npx cellwright synth
      # Files that nobody committed yet count, too: git diff would not see them.
      - name: dist/ is what fleet/ says
        run: |
          git status --porcelain --untracked-files=all -- dist
          test -z "$(git status --porcelain --untracked-files=all -- dist)"
`;
