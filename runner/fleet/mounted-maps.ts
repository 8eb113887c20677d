/** Which ConfigMaps pods need. */
import { sharedText } from '../engine/shared-text.ts';

/** The parts of a core/v1 PodSpec that are read. */
export interface MountingPodSpec {
  readonly volumes?: readonly {
    readonly configMap?: { readonly name?: string };
    readonly projected?: { readonly sources?: readonly { readonly configMap?: { readonly name?: string } }[] };
  }[];
}

/** Names of the ConfigMaps that a pod, or a template of one, mounts; our pods use none in another way. */
export function mountedMaps({ volumes = [] }: MountingPodSpec): readonly string[] {
  return volumes
    .flatMap(({ configMap, projected }) => [configMap, ...(projected?.sources ?? []).map((source) => source.configMap)])
    .flatMap((source) => (source?.name === undefined ? [] : sharedText(source.name)));
}
