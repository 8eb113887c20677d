/**
 * Every pattern that our schemas use, with what it asks for in words and samples on both sides of it. Only what Go's RE2
 * and JavaScript read the same: no `.`, no `\s`, `\w` or `\b`, no look-around, no back-references.
 */

/** A pattern of the API, for people as well as for machines. */
export interface TextPattern {
  /** The regular expression, anchored at both ends. */
  readonly source: string;
  /** What is asked for; completes "write …". */
  readonly says: string;
  readonly good: readonly string[];
  readonly bad: readonly string[];
}

const octet = '(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])';
const ipv4 = `(${octet}\\.){3}${octet}`;
const group = '[0-9a-fA-F]{1,4}';
/** RFC 4291, 2.2: eight groups, of which one run may be written as `::`. */
const ipv6 = `((${group}:){7}${group}|(${group}:){1,7}:|(${group}:){1,6}:${group}|(${group}:){1,5}(:${group}){1,2}|(${group}:){1,4}(:${group}){1,3}|(${group}:){1,3}(:${group}){1,4}|(${group}:){1,2}(:${group}){1,5}|${group}:(:${group}){1,6}|:((:${group}){1,7}|:))`;
const longMonth = '(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])';
const shortMonth = '(0[469]|11)-(0[1-9]|[12][0-9]|30)';
const leapYear = '([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)';
const tag = '[A-Za-z0-9_][A-Za-z0-9._-]{0,127}';
const digest = 'sha256:[a-f0-9]{64}';
const someDigest = `sha256:${'0123456789abcdef'.repeat(4)}`;

/** The patterns by name. */
export const patterns = {
  /** Upstream's rule for a tenant's name (`openclaw fleet create`): a DNS label of at most 40 characters. */
  shortName: {
    source: '^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$',
    says: 'at most 40 lower-case letters, digits and hyphens that start and end with a letter or digit, for example acme-7',
    good: ['a', 'acme-7', 'a'.repeat(40)],
    bad: ['', '-a', 'a-', 'Acme', 'a.b', 'a_b', 'ä'],
  },
  objectName: {
    source: '^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$',
    says: 'a Kubernetes object name: lower-case letters, digits, hyphens and dots, for example team-a.keys',
    good: ['a', 'fast-ssd', 'team-a.keys'],
    bad: ['', 'Fast', 'a..b', '-a', 'a/b', 'a_b'],
  },
  labelName: {
    source: '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$',
    says: 'a DNS label: lower-case letters, digits and hyphens, for example kube-system',
    good: ['a', 'kube-system'],
    bad: ['', 'a.b', 'Kube', 'a-'],
  },
  hostName: {
    source: '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$',
    says: 'a DNS host name in lower case, for example acme.example.com',
    good: ['acme.example.com', 'a.b'],
    bad: ['localhost', 'https://a.b', 'A.b', 'a..b', 'a.b:80', '*.a.b'],
  },
  hostTemplate: {
    source: '^([a-z0-9-]|\\{tenant\\}|\\{organization\\})+(\\.([a-z0-9-]|\\{tenant\\}|\\{organization\\})+)+$',
    says: 'a host name in which {tenant} and {organization} may stand, for example {tenant}.cells.example.com',
    good: ['{tenant}.cells.example.com', '{tenant}-{organization}.example.com'],
    bad: ['{name}.example.com', '{tenant}', 'a b.c', '{tenant}.', 'A.b'],
  },
  bytes: {
    source: '^[1-9][0-9]{0,8}(Ki|Mi|Gi|Ti|k|M|G|T)$',
    says: 'a number with a unit, for example 512Mi or 5Gi',
    good: ['512Mi', '5Gi', '1k'],
    bad: ['5', '5GB', '0Gi', '1.5Gi', '-1Gi', '5 Gi', '1e3'],
  },
  cores: {
    source: '^[1-9][0-9]{0,6}m?$',
    says: 'whole cores or millicores, for example 2 or 250m',
    good: ['2', '250m'],
    bad: ['0', '0.5', '250M', '-1', '1 core'],
  },
  /** Octets without leading zeros, which some readers take for octal; IPv6 without an IPv4 tail, which hides an IPv4 address. */
  cidr: {
    source: `^(${ipv4}/(3[0-2]|[12]?[0-9])|${ipv6}/(12[0-8]|1[01][0-9]|[1-9]?[0-9]))$`,
    says: 'a block of addresses, for example 10.20.0.0/16 or 2001:db8::/32',
    good: [
      '10.20.0.0/16',
      '0.0.0.0/0',
      '203.0.113.7/32',
      '2001:db8::/32',
      '::/0',
      '::1/128',
      '1:2:3:4:5:6:7:8/128',
      '1:2:3:4:5:6:7::/112',
      '::2:3:4:5:6:7:8/128',
      'FE80::1:2/64',
    ],
    bad: [
      '10.20.0.0',
      '010.0.0.0/8',
      '10.0.0.0/33',
      '10.0.0/8',
      '256.0.0.0/8',
      '::ffff:10.0.0.1/128',
      '2001:db8::/129',
      'host/8',
      '1::2::3/64',
      '1:2:3/64',
      ':1:2:3:4:5:6:7:8/64',
      '1:2:3:4:5:6:7:8:9/64',
      '1:2:3:4:5:6:7::8:9/64',
      '12345::/16',
      'fe80::1%eth0/64',
      '/8',
    ],
  },
  duration: {
    source: '^([0-9]{1,6}(s|m|h)){1,3}$',
    says: 'a time span, for example 90s, 10m or 1h30m',
    good: ['90s', '10m', '1h30m'],
    bad: ['10', '10 m', '1d', '1.5h', ''],
  },
  /** RFC 3339 with seconds, and only days that the calendar has. */
  dateTime: {
    source: `^([0-9]{4}-(${longMonth}|${shortMonth}|02-(0[1-9]|1[0-9]|2[0-8]))|${leapYear}-02-29)T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$`,
    says: 'a date and time of RFC 3339, for example 2027-01-31T00:00:00Z',
    good: ['2027-01-31T00:00:00Z', '2028-02-29T12:30:00.5+02:00', '2000-02-29T23:59:59Z', '2027-04-30T00:00:00-11:30'],
    bad: [
      '2027-01-31',
      '2027-01-31 00:00:00Z',
      '2027-01-31T00:00:00',
      '2027-13-01T00:00:00Z',
      '2027-02-30T00:00:00Z',
      '2027-02-29T00:00:00Z',
      '2100-02-29T00:00:00Z',
      '2027-04-31T00:00:00Z',
      '2027-01-31T24:00:00Z',
      '2027-01-31T00:00:00Zx',
    ],
  },
  secretKey: {
    source: '^(\\.?[-_a-zA-Z0-9])[-._a-zA-Z0-9]*$',
    says: 'a key of a Secret: letters, digits, hyphens, dots and underscores, not two dots first, for example api-key',
    good: ['token', 'api-key', 'tls.crt', '.dockerconfigjson', 'a..b'],
    bad: ['', '.', '..', '..a', 'a b', 'a/b', 'ü'],
  },
  /** https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set */
  labelValue: {
    source: '^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$',
    says: 'a label value: at most 63 letters, digits, hyphens, underscores and dots, for example ssd',
    good: ['', 'ssd', 'A_b.c-d'],
    bad: ['-a', 'a-', 'a b', 'a/b'],
  },
  taintKey: {
    source: '^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$',
    says: 'a taint key, for example dedicated or example.com/gpu',
    good: ['dedicated', 'example.com/gpu'],
    bad: ['', 'a b', '/a', 'a/'],
  },
  /** https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/#syntax-and-character-set */
  annotationKey: {
    source: '^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?/[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$',
    says: 'the key of an annotation with its domain, for example cert-manager.io/cluster-issuer',
    good: ['cert-manager.io/cluster-issuer'],
    bad: ['', 'note', 'a b', '/a', 'a/', 'example.com/*'],
  },
  conditionType: {
    source: '^[A-Za-z][A-Za-z0-9]*$',
    says: 'one word, for example Ready',
    good: ['Ready'],
    bad: ['', 'Not ready', '1'],
  },
  conditionReason: {
    source: '^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$',
    says: 'one word, for example RolloutComplete',
    good: ['RolloutComplete', 'a'],
    bad: ['', 'a b', 'a:'],
  },
  /** OpenClaw's calendar versions. */
  openclawVersion: {
    source: '^[0-9]{4}\\.[0-9]{1,2}\\.[0-9]{1,3}(-[0-9A-Za-z.]{1,32})?$',
    says: 'an exact OpenClaw version, for example 2026.9.6',
    good: ['2026.9.6', '2026.10.1-beta.1'],
    bad: ['latest', '2026.9', 'v2026.9.6', '^2026.9.6', '2026.9.x'],
  },
  /** An exact npm version: a range would make two pods of one revision differ. */
  exactVersion: {
    source: '^[0-9]{1,5}\\.[0-9]{1,5}\\.[0-9]{1,5}(-[0-9A-Za-z.-]{1,64})?$',
    says: 'an exact version, for example 1.4.2; ranges and tags are refused',
    good: ['1.4.2', '2026.9.6', '1.0.0-rc.1'],
    bad: ['^1.4.2', '1.x', 'latest', '1.4', '1.4.2+build'],
  },
  npmPackage: {
    source: '^(@[a-z0-9][a-z0-9._-]{0,63}/)?[a-z0-9][a-z0-9._-]{0,127}$',
    says: 'the name of an npm package, for example @openclaw/discord',
    good: ['@openclaw/discord', 'left-pad'],
    bad: ['', 'npm:left-pad', 'Left-pad', '@openclaw', '../x', 'a/b/c'],
  },
  image: {
    source: `^[a-z0-9]([a-z0-9._-]*[a-z0-9])?(:[0-9]{1,5})?(/[a-z0-9]+([._-]+[a-z0-9]+)*)*(:${tag})?(@${digest})?$`,
    says: 'an image reference with a tag or, better, a digest, for example ghcr.io/openclaw/openclaw:2026.9.6',
    good: ['ghcr.io/openclaw/openclaw:2026.9.6', 'localhost:5000/opa', `ghcr.io/a/b@${someDigest}`],
    bad: ['', 'https://ghcr.io/a', 'ghcr.io/a b', 'ghcr.io/a@sha256:12', 'ghcr.io//a', 'Ghcr.io/a'],
  },
  digest: {
    source: `^${digest}$`,
    says: 'an image digest: sha256: and 64 hexadecimal digits in lower case',
    good: [someDigest],
    bad: ['', 'sha256:12', someDigest.toUpperCase(), someDigest.slice(7)],
  },
  imagePrefix: {
    source: '^[a-z0-9][a-zA-Z0-9._:/@-]*[/:@]$',
    says: 'a prefix that ends in /, : or @, so that it cannot match a longer name, for example ghcr.io/acme/',
    good: ['ghcr.io/acme/', 'ghcr.io/acme/app:', 'ghcr.io/acme/app@'],
    bad: ['ghcr.io/acme', '/', 'ghcr.io/a b/', ''],
  },
  environmentName: {
    source: '^[A-Z_][A-Z0-9_]*$',
    says: 'an environment variable in upper case, for example GITHUB_PAT',
    good: ['GITHUB_PAT', '_A1'],
    bad: ['', 'github', '1A', 'A-B', 'A='],
  },
  headerName: {
    source: '^[A-Za-z][A-Za-z0-9-]*$',
    says: 'the name of an HTTP header, for example x-forwarded-user',
    good: ['x-forwarded-user', 'X'],
    bad: ['', 'x user', 'x:', '-x', 'x_y'],
  },
  url: {
    source: "^https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~%!$&'()*+,;=:/-]*)?$",
    says: 'an http or https URL without user, query and fragment, for example https://mcp.example.com/mcp',
    good: ['https://mcp.example.com/mcp', 'http://mcp.tools:8080', 'https://a/b%20c'],
    bad: [
      '',
      'mcp.example.com',
      'https://user:pw@a.b',
      'https://a.b/?token=1',
      'https://a.b/#x',
      'ftp://a.b',
      'https://a b',
    ],
  },
  workspacePath: {
    source: '^[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*){0,7}$',
    says: 'a path below the workspace with forward slashes, without .. and hidden parts, for example docs/SOUL.md',
    good: ['SOUL.md', 'docs/rules/a.md'],
    bad: ['', '/etc/passwd', '../a', 'a/../b', '.hidden', 'a//b', 'a/', 'a b'],
  },
  /** Last words of a key, as the decision log masks them. */
  maskKey: {
    source: '^[a-z0-9]+(?:_[a-z0-9]+)*$',
    says: 'words in lower case joined by _, for example api_key',
    good: ['token', 'api_key', 'oauth2_secret'],
    bad: ['', 'apiKey', 'api-key', '_token', 'token_', 'a b'],
  },
  /** A name of OpenClaw, or a pattern in which `*` stands for any text. */
  glob: {
    source: '^[A-Za-z0-9_*@+./:#-]+$',
    says: 'a name, or a pattern in which * stands for any text, for example anthropic/*',
    good: ['read', 'anthropic/*', 'telegram:1002', '*', 'telegram:-100#5'],
    bad: ['', 'a b', 'a?', '[ab]', 'a,b', '"x"'],
  },
} as const satisfies Readonly<Record<string, TextPattern>>;

/** The name of a pattern. */
export type PatternName = keyof typeof patterns;

const bySource = new Map<string, PatternName>(
  Object.entries(patterns).map(([name, { source }]) => [source, name as PatternName]),
);

/** The name of the pattern with this source, or undefined. */
export function patternNameOf(source: string): PatternName | undefined {
  return bySource.get(source);
}

/** The pattern with this source, or undefined. */
export function patternOf(source: string): TextPattern | undefined {
  const name = bySource.get(source);
  return name === undefined ? undefined : patterns[name];
}
