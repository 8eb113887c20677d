/** Events about our objects, as `kubectl describe` shows them. */
import type { TestControlPlane } from './control-plane.ts';
import { eventually } from './running-fleet.ts';

/** What an Event must say; `note` is a part of its sentence. */
export interface Told {
  /** Name of the object that it is about. */
  readonly name: string;
  readonly reason: string;
  readonly note: string;
}

interface LiveEvent {
  readonly note: string;
  readonly reason: string;
  readonly regarding: { readonly name: string };
}

/** Settles when such an Event is there. */
export async function untilTold({ admin }: TestControlPlane, { name, reason, note }: Told): Promise<void> {
  await eventually(async () => {
    const { body } = await admin.ok({ path: '/apis/events.k8s.io/v1/namespaces/default/events' });
    return (body as { items: LiveEvent[] }).items.some(
      (event) => event.regarding.name === name && event.reason === reason && event.note.includes(note),
    );
  });
}
