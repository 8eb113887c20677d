/**
 * Environment variables that nobody but Cellwright sets: those that decide which code a process of the cell loads or runs, and
 * those that Cellwright and OpenClaw speak by. Proxies are none: they load no code, and NetworkPolicies hold with them too.
 */

/**
 * Beginnings of names: loader, Node.js and npm, shells, interpreters that tools start, TLS, browsers that OpenClaw starts, test
 * modes and loaders of OpenClaw's own libraries, and what has Google's library start a program.
 */
const prefixes = [
  'CELLWRIGHT_',
  'OPENCLAW_',
  'LD_',
  'DYLD_',
  'NODE_',
  'NPM_',
  'PNPM_',
  'YARN_',
  'BUN_',
  'COREPACK_',
  'GIT_',
  'BASH_',
  'ZDOTDIR',
  'PYTHON',
  'PIP_',
  'PERL',
  'RUBY',
  'GEM_',
  'BUNDLE_',
  'JAVA_',
  'JDK_',
  '_JAVA_',
  'OPENSSL_',
  'SSL_CERT_',
  'PUPPETEER_',
  'PLAYWRIGHT_',
  'CHROME_',
  'XDG_',
  'KUBERNETES_',
  'JITI_',
  'TSX_',
  'VITEST',
  'JEST_',
  'DOTENV_',
  'GOOGLE_EXTERNAL_ACCOUNT_',
];

/** Whole names; some are read by the C library, some by shells, some name a program that is started, or a file that does (AWS). */
const names = [
  'PATH',
  'HOME',
  'SHELL',
  'IFS',
  'ENV',
  'CDPATH',
  'PS4',
  'PROMPT_COMMAND',
  'SHELLOPTS',
  'TMPDIR',
  'TMP',
  'TEMP',
  'PWD',
  'GLIBC_TUNABLES',
  'GCONV_PATH',
  'GETCONF_DIR',
  'LOCPATH',
  'NLSPATH',
  'HOSTALIASES',
  'RES_OPTIONS',
  'LOCALDOMAIN',
  'RESOLV_HOST_CONF',
  'MALLOC_ARENA_MAX',
  'MALLOC_TRACE',
  'UV_THREADPOOL_SIZE',
  'SSLKEYLOGFILE',
  'CLASSPATH',
  'EDITOR',
  'VISUAL',
  'PAGER',
  'BROWSER',
  'LESSOPEN',
  'LESSCLOSE',
  'MANPAGER',
  'AWS_CONFIG_FILE',
  'AWS_SHARED_CREDENTIALS_FILE',
];

/** CEL that is true for a name that is free to set; some programs read small letters, too (`npm_config_…`). */
export function isFreeName(name: string): string {
  const upper = `${name}.upperAscii()`;
  return `!${upper}.matches('^(${prefixes.join('|')})') && !(${upper} in [${names.map((each) => `'${each}'`).join(', ')}])`;
}
