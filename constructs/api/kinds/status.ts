/** Status parts that every kind shares. */
import { integer, listOf, object, oneOf, string } from '../schema/structural.ts';
import type { StructuralSchema } from '../schema/structural.ts';

/** Default of a new object's status: kstatus then does not call it current before the runner saw it. */
export const newObjectStatus = { observedGeneration: -1 } as const;

/** Generation that the status speaks of. */
export const observedGeneration = integer(
  'Generation of the spec that this status speaks of; -1 before the runner saw it.',
  {
    minimum: -1,
    maximum: 9007199254740991,
    format: 'int64',
  },
);

/** Conditions as every Kubernetes API has them. */
export function conditions(description: string): StructuralSchema {
  return listOf(
    description,
    object(
      'One condition (https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.34/#condition-v1-meta).',
      {
        type: string('Name of the condition.', { maxLength: 64, pattern: 'conditionType' }),
        status: oneOf('Whether it holds.', ['True', 'False', 'Unknown']),
        reason: string('One word for programs.', {
          maxLength: 128,
          pattern: 'conditionReason',
        }),
        message: string('One sentence for people.', { maxLength: 4096 }),
        lastTransitionTime: string('When status last changed.', { pattern: 'dateTime', maxLength: 40 }),
        observedGeneration: integer('Generation that was judged.', {
          minimum: 0,
          maximum: 9007199254740991,
          format: 'int64',
        }),
      },
      { required: ['type', 'status', 'reason', 'message', 'lastTransitionTime'] },
    ),
    { maxItems: 16, keys: ['type'] },
  );
}
