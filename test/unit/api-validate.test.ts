import { describe, expect, test } from '@jest/globals';
import type { Problem } from '../../constructs/api/problem.ts';
import { validateObject } from '../../constructs/api/validate/validate-object.ts';

/** A tenant with that spec. */
function tenant(spec: object): object {
  return { apiVersion: 'cellwright.dev/v1alpha1', kind: 'TenantGateway', metadata: { name: 'acme' }, spec };
}

/** Problems as one line each. */
function lines(problems: readonly Problem[]): string[] {
  return problems.map(({ code, path, message, fix }) => `${code} ${path}: ${message}; ${fix}`);
}

describe('validateObject', () => {
  test('finds nothing in the smallest tenant', () => {
    expect(validateObject(tenant({}))).toEqual([]);
  });

  test('tells every problem of an object, each with what came and what to write', () => {
    const spec = {
      organisation: 'acme',
      state: 'runing',
      replicas: '3',
      storage: { size: '5GB' },
      credentials: [
        { name: 'model', provider: 'anthropic', secretRef: { name: 'keys' } },
        { name: 'model', provider: 'openai', secretRef: { name: 'keys', key: 'openai' } },
      ],
    };
    expect(lines(validateObject(tenant(spec)))).toEqual([
      'schema.unknown-field spec.organisation: spec has no field "organisation"; did you mean organization?',
      'schema.enum spec.state: "runing" is not one of Running, Stopped; did you mean Running?',
      'schema.required spec.credentials[0].secretRef.key: key is missing; add key: Key inside the Secret.',
      'schema.type spec.replicas: expected an integer, got a string "3"; write an integer',
      'schema.pattern spec.storage.size: "5GB" has the wrong form; write a number with a unit, for example 512Mi or 5Gi',
      'schema.duplicate spec.credentials[1]: name "model" stands at spec.credentials[0] already; remove one of the two, or give it another name',
    ]);
  });

  test('tells more problems than the validation library does by itself', () => {
    const egress = Array.from({ length: 40 }, () => ({ cidr: 'nowhere', ports: [{ port: 0 }] }));
    expect(validateObject(tenant({ egress }))).toHaveLength(80);
  });

  test('judges rules only when types and bounds are right', () => {
    expect(validateObject(tenant({ replicas: 3, state: 'Off' })).map(({ code }) => code)).toEqual(['schema.enum']);
    expect(validateObject(tenant({ replicas: 3 })).map(({ code }) => code)).toEqual(['schema.rule']);
  });

  test('judges changes only when the old object is given', () => {
    const smaller = tenant({ storage: { size: '1Gi' } });
    expect(validateObject(smaller)).toEqual([]);
    expect(lines(validateObject(smaller, tenant({ storage: { size: '5Gi' } })))).toEqual([
      'schema.transition spec.storage: storage may only grow, got an object with size; keep the size or raise it',
    ]);
  });

  test('never shows the value of a literal that looks like a secret', () => {
    const problems = validateObject(tenant({ openclaw: { env: { API_KEY: 'sk-very-secret' } } }));
    expect(problems.map(({ path }) => path)).toEqual(['spec.openclaw.env']);
    expect(JSON.stringify(problems)).not.toContain('sk-very-secret');
  });

  test('says how to quote what YAML took for a number, a boolean or a mapping', () => {
    const problems = validateObject(
      tenant({ resources: { cpu: 1 }, openclaw: { env: { A: true, B: { 'ghcr.io/a': null } } } }),
    );
    expect(problems.map(({ path, fix }) => `${path}: ${fix}`).sort()).toEqual([
      'spec.openclaw.env.A: put it in quotes: "true"',
      'spec.openclaw.env.B: put it in quotes: "ghcr.io/a:"',
      'spec.resources.cpu: put it in quotes: "1"',
    ]);
  });

  test('counts characters as the API server does, not as JavaScript or the eye does', () => {
    const version = (text: string): object =>
      tenant({ credentials: [{ name: 'a', env: 'A', secretRef: { name: 'a', key: 'a' }, version: text }] });
    expect(validateObject(version('😀'.repeat(64)))).toEqual([]);
    expect(validateObject(version('👨‍👩‍👧'.repeat(13))).map(({ code }) => code)).toEqual(['schema.length']);
  });

  test.each([
    [undefined, 'object.shape'],
    [[], 'object.shape'],
    ['text', 'object.shape'],
    [{}, 'object.kind'],
    [{ kind: 'TenantGatway' }, 'object.kind'],
    [{ kind: 'constructor' }, 'object.kind'],
  ])('does not take %j for an object of ours', (raw, code) => {
    expect(validateObject(raw).map((problem) => problem.code)).toEqual([code]);
  });

  test('sees keys that mean something to JavaScript', () => {
    const raw = JSON.parse('{"__proto__": {"a": 1}, "constructor": 1}') as object;
    expect(validateObject(tenant(raw)).map(({ path }) => path)).toEqual(['spec.__proto__', 'spec.constructor']);
  });
});
