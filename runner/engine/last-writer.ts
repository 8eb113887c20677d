/**
 * Who wrote an object last, by its managedFields: a name that the writer chose itself. It helps a person to find the
 * culprit, and decides nothing.
 */
import type { LiveObject } from '../kube/live-object.ts';

/** The parts of a meta/v1 ManagedFieldsEntry that are read. */
interface ManagedEntry {
  readonly manager?: string;
  readonly subresource?: string;
  readonly time?: string;
}

/** The manager of the newest entry outside of subresources; empty when nobody is named. */
export function lastWriter({ metadata }: LiveObject): string {
  const entries = (metadata as { readonly managedFields?: readonly ManagedEntry[] }).managedFields ?? [];
  const onMain = entries.filter(({ subresource }) => subresource === undefined || subresource === '');
  return (
    onMain.reduce<ManagedEntry>((last, entry) => ((entry.time ?? '') >= (last.time ?? '') ? entry : last), {})
      .manager ?? ''
  );
}
