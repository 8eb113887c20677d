/** Names that decide what code runs are refused wherever a variable can be named. */
import { expect, test } from '@jest/globals';
import { validateObject } from '../../constructs/api/validate/validate-object.ts';

const secretRef = { name: 'keys', key: 'value' };
const object = (kind: string, spec: object) => ({
  apiVersion: 'cellwright.dev/v1alpha1',
  kind,
  metadata: { name: 'acme' },
  spec,
});
/** Each place where a name is written. */
const places: Readonly<Record<string, (name: string) => object>> = {
  'a tenant’s literals': (name) => object('TenantGateway', { openclaw: { env: { [name]: 'x' } } }),
  'a tenant’s credentials': (name) => object('TenantGateway', { credentials: [{ name: 'a', env: name, secretRef }] }),
  'a profile’s literals': (name) => object('GatewayProfile', { defaults: { env: { [name]: 'x' } } }),
};

const refused = [
  ...['NODE_OPTIONS', 'NODE_PATH', 'NODE_EXTRA_CA_CERTS', 'NODE_V8_COVERAGE', 'NODE_TLS_REJECT_UNAUTHORIZED'],
  ...[
    'LD_PRELOAD',
    'LD_LIBRARY_PATH',
    'LD_AUDIT',
    'GCONV_PATH',
    'GLIBC_TUNABLES',
    'LOCPATH',
    'RES_OPTIONS',
    'HOSTALIASES',
  ],
  ...[
    'BASH_ENV',
    'ENV',
    'PATH',
    'HOME',
    'SHELLOPTS',
    'PS4',
    'PROMPT_COMMAND',
    'PYTHONPATH',
    'PYTHONSTARTUP',
    'PERL5LIB',
  ],
  ...['PERL5OPT', 'RUBYOPT', 'RUBYLIB', 'JAVA_TOOL_OPTIONS', '_JAVA_OPTIONS', 'JDK_JAVA_OPTIONS', 'CLASSPATH'],
  ...['OPENSSL_CONF', 'OPENSSL_MODULES', 'SSL_CERT_FILE', 'SSLKEYLOGFILE', 'GIT_SSH_COMMAND', 'GIT_CONFIG_GLOBAL'],
  ...[
    'NPM_CONFIG_REGISTRY',
    'PIP_INDEX_URL',
    'PLAYWRIGHT_BROWSERS_PATH',
    'EDITOR',
    'PAGER',
    'LESSOPEN',
    'XDG_CONFIG_HOME',
  ],
  ...['OPENCLAW_HOME', 'CELLWRIGHT_PACKAGES', 'KUBERNETES_SERVICE_HOST'],
];
const free = [
  'TZ',
  'LANG',
  'LC_ALL',
  'HTTPS_PROXY',
  'NO_PROXY',
  'MY_NODE',
  'GITHUB_PAT',
  'LOG_LEVEL',
  'AWS_REGION',
  'ENVIRONMENT',
];

test.each(Object.entries(places))('%s take no name that decides what is loaded', (_, of) => {
  const verdict = (name: string): number => validateObject(of(name)).length;
  expect(refused.filter((name) => verdict(name) === 0)).toEqual([]);
  expect(free.filter((name) => verdict(name) > 0)).toEqual([]);
});

test('small letters do not help where they can be written', () => {
  const refusals = ['npm_config_script_shell', 'node_options', 'Ld_Preload'].map(
    (name) => validateObject(object('TenantGateway', { openclaw: { env: { [name]: 'x' } } })).length,
  );
  expect(refusals).toEqual([1, 1, 1]);
});
