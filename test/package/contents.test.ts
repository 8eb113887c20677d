/** What is in the package, and what it needs beside itself. */
import { globSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { manifest, tarball } from './support/packed.ts';
import { treeOf } from './support/project.ts';
import { run } from './support/run.ts';

let files: string[];
beforeAll(async () => {
  const { stdout } = await run('tar', ['tzf', tarball], { cwd: '.' });
  files = stdout
    .trim()
    .split('\n')
    .map((name) => name.replace(/^package\//, ''));
});

/** Packages that JavaScript asks for when it runs. */
async function packagesOf(folder: string): Promise<string[]> {
  const { metafile } = await build({
    entryPoints: globSync(`${folder}/*.js`),
    outdir: 'nowhere',
    write: false,
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    metafile: true,
    logLevel: 'error',
  });
  return distinct(
    Object.values(metafile.outputs).flatMap(({ imports }) =>
      imports.filter(({ external }) => external === true).map(({ path: specifier }) => specifier),
    ),
  );
}

/** Packages that declarations name. */
function packagesOfTypes(folder: string): string[] {
  const texts = Object.entries(treeOf(folder)).filter(([name]) => name.endsWith('.d.ts'));
  return distinct(
    texts.flatMap(([, text]) =>
      [...text.matchAll(/^(?:import|export) .* from '([^'.][^']*)';$/gm)].map(([, name = '']) => name),
    ),
  );
}

function distinct(specifiers: readonly string[]): string[] {
  const packages = specifiers
    .filter((name) => !isBuiltin(name))
    .map((name) => /^(@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name);
  return [...new Set(packages)].sort();
}

/** Links of a page to other pages, folders and headings. */
function linksOf(page: string): string[] {
  const links = [...readFileSync(page, 'utf8').matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  return links.filter((link) => !/^[a-z]+:/.test(link));
}

/** Whether a link ends at something that is in the package, at a heading of it where it names one. */
function leadsSomewhere(page: string, link: string): boolean {
  const [place = '', heading] = link.split('#');
  const target = place === '' ? page : path.posix.join(path.posix.dirname(page), place);
  const isThere = files.includes(target) || files.some((name) => name.startsWith(`${target}/`));
  return isThere && (heading === undefined || headingsOf(target).includes(heading));
}

/** Names of a page's headings, as GitHub and npm make them. */
function headingsOf(page: string): string[] {
  const titles = [...readFileSync(page, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => title);
  return titles.map((title) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe('the package', () => {
  test('holds what package.json names and what every cell is made of', () => {
    expect(files).toEqual(
      expect.arrayContaining([
        manifest.main,
        manifest.types,
        manifest.bin['cellwright'],
        'build/cli/LICENSES.txt',
        'docs/reference/gatewayprofile.md',
        'docs/security.md',
        'guard/index.js',
        'guard/openclaw.plugin.json',
        'opa/build/go.mod',
        'playground/build/kubernetes/go.mod',
        'playground/supervisor.js',
        'policy/decision.rego',
        'policy/capabilities.json',
      ]),
    );
  });

  test('holds no source, test or example of this repository', () => {
    const others = files.filter(
      (name) => !/^(build|docs|guard|policy|opa\/build|playground|constructs\/cell\/config-schema\/data)\//.test(name),
    );
    expect(others.filter((name) => !/^(package\.json|README\.md|LICENSE)$/.test(name))).toEqual([]);
    expect(files.filter((name) => /(_test\.rego|\.test\.ts)$/.test(name))).toEqual([]);
    expect(files.filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))).toEqual([]);
  });

  test('has every page that its pages lead to', () => {
    const pages = files.filter((name) => name.endsWith('.md'));
    expect(pages.length).toBeGreaterThan(15);
    const broken = pages.flatMap((page) =>
      linksOf(page)
        .filter((link) => !leadsSomewhere(page, link))
        .map((link) => `${page}: ${link}`),
    );
    expect(broken).toEqual([]);
  });

  test('needs nothing but its peers, so that a construct of ours is one to its user', async () => {
    const peers = Object.keys(manifest.peerDependencies);
    expect(manifest.dependencies).toBeUndefined();
    expect(await packagesOf('build/lib')).toEqual(peers);
    expect(peers).toEqual(expect.arrayContaining(packagesOfTypes('build/lib')));
  });

  test('has a command that carries everything, with its licences', async () => {
    expect(await packagesOf('build/cli')).toEqual([]);
    const licences = readFileSync(path.resolve('build/cli/LICENSES.txt'), 'utf8');
    for (const name of ['commander', 'undici', 'cdk8s', 'js-yaml', '@kubernetes/client-node']) {
      expect(licences).toContain(`\n${name} ${manifest.devDependencies[name] ?? ''} (`);
    }
  });

  test('is in ASCII, where a letter takes one byte of memory', () => {
    const sources = Object.entries(treeOf('build')).filter(([name]) => name.endsWith('.js'));
    expect(sources.length).toBeGreaterThan(5);
    expect(sources.filter(([, text]) => /[^\0-\x7f]/.test(text)).map(([name]) => name)).toEqual([]);
  });

  test('has declarations that compilers of any age resolve', () => {
    const withSourceNames = Object.entries(treeOf('build/lib')).filter(([, text]) =>
      /from ["'][^"']*\.ts["']/.test(text),
    );
    expect(withSourceNames.map(([name]) => name)).toEqual([]);
  });
});
