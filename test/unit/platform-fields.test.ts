/** The one list of platform fields: it names what the schema has, and the guide has it. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { defaultOf, platformAnnotations, platformFields } from '../../constructs/rules/platform-fields.ts';
import { peopleRoles } from '../../constructs/platform/people-permissions.ts';
import { confirmDeletionAnnotation } from '../../runner/fleet/mass-deletion.ts';
import { pausedAnnotation } from '../../runner/fleet/paused.ts';

const guide = readFileSync('docs/guides/access.md', 'utf8');

test.each(platformFields)('$path is a field, and stands in docs/guides/access.md with its reason', (field) => {
  expect(() => defaultOf(field)).not.toThrow();
  const row = guide.split('\n').find((line) => line.startsWith(`| \`${field.path}\``));
  expect(row).toContain(`| ${field.reason}`);
});

test('a field that the schema does not have is refused by its name', () => {
  expect(() => defaultOf({ path: 'openclaw.imag', reason: '' })).toThrow('spec.openclaw.imag is no field');
});

test('the annotations are those that the runner obeys', () => {
  expect(platformAnnotations.map(({ key }) => key).sort()).toEqual(
    [confirmDeletionAnnotation, pausedAnnotation].sort(),
  );
  for (const { key } of platformAnnotations) expect(guide).toContain(`\`${key}\``);
});

test('the roles of people hold no wildcard, no way to more rights, and stand in the guide', () => {
  const words = peopleRoles.flatMap(({ part }) =>
    part.permissions.flatMap(({ apiGroups, resources, verbs }) => [...apiGroups, ...resources, ...verbs]),
  );
  expect(words.filter((word) => /\*|^(escalate|bind|impersonate)$|exec$|\/status$/.test(word))).toEqual([]);
  for (const { name } of peopleRoles) expect(guide).toContain(`| \`${name}\``);
  // Whoever edits a namespace would set platform fields: no role of Kubernetes' own takes more than what one may look at.
  expect(peopleRoles.flatMap(({ part }) => Object.keys(part.labels).map((label) => `${part.name} ${label}`))).toEqual([
    'cellwright-aggregate-to-viewer rbac.authorization.k8s.io/aggregate-to-view',
  ]);
});
