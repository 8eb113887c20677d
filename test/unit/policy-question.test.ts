/** Questions that people write, and those that the guard asks. */
import { expect, test } from '@jest/globals';
import type { Question } from '../../guard/host.d.ts';
import { questionProblems } from '../../files/policy/question.ts';

/** Every field, so that the compiler asks for those that the guard gets. */
const asked: Required<Question> = {
  tenant: 'acme',
  kind: 'tool',
  name: 'web_fetch',
  agent: 'main',
  session: 'agent:main:main',
  channel: 'telegram',
  requester: 'telegram:1002',
  owner: true,
  trigger: 'cron',
  params: { url: 'https://example.com/' },
  toolKind: 'builtin',
  paths: ['notes.md'],
};

test('a question out of a decision log is one that people may write', () => {
  expect(questionProblems(asked, '')).toEqual([]);
});

test('each field of another type is a problem with the way to write it', () => {
  for (const field of Object.keys(asked)) {
    const [first, ...more] = questionProblems({ ...asked, [field]: 5 }, 'question');
    expect([field, more]).toEqual([field, []]);
    expect(first).toMatchObject({
      code: 'question.field',
      path: `question.${field}`,
      fix: expect.stringMatching(/^write /),
    });
  }
});

test('a question about a tool, a model or an agent names it; a message may come from nobody', () => {
  for (const kind of ['tool', 'model', 'agent']) {
    for (const nameless of [{ kind }, { kind, name: '' }]) {
      expect([nameless, questionProblems(nameless, 'question')]).toEqual([
        nameless,
        [
          {
            code: 'question.field',
            path: 'question.name',
            message: `a question about ${kind === 'agent' ? 'an' : 'a'} ${kind} names it`,
            fix: 'add name',
          },
        ],
      ]);
    }
  }
  expect(questionProblems({ kind: 'inbound', channel: 'telegram' }, '')).toEqual([]);
  expect(questionProblems({ kind: 'outbound', channel: 'telegram' }, '')).toEqual([]);
});
