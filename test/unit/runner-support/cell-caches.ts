/** The children of tenants in the runner's caches, as a watch would have told them. */
import { createCaches } from '../../../runner/fleet/caches.ts';
import type { Caches } from '../../../runner/fleet/caches.ts';
import type { LiveObject } from '../../../runner/kube/live-object.ts';

/** Caches of which nobody is told; `tell` adds to them, and `tellGone` takes out. */
export function cellCaches(): Pick<Caches, 'children'> & {
  readonly tell: (object: LiveObject) => void;
  readonly tellGone: (object: LiveObject) => void;
} {
  const nothing = (): void => undefined;
  const sink = { add: nothing, addAfter: nothing, isStarting: () => false };
  const { children } = createCaches({ get: () => undefined }, sink);
  const subjectOf = ({ kind }: LiveObject): ReturnType<typeof children.subjects>[number] | undefined =>
    children.subjects().find(({ resource }) => resource.kind === kind);
  const tell = (object: LiveObject): void => {
    const subject = subjectOf(object);
    subject?.store.told(subject.project(object));
  };
  const tellGone = (object: LiveObject): void => {
    const subject = subjectOf(object);
    subject?.store.toldGone(subject.project(object));
  };
  return { children, tell, tellGone };
}
