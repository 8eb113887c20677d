/** The construct libraries of this command, for a fleet's configuration to share; loaded only when there is one. */
import * as cdk8s from 'cdk8s';
import * as plus from 'cdk8s-plus-28/lib/index.js';
import * as constructs from 'constructs';
import * as ours from '../../constructs/index.ts';
import { loadAssets } from '../../files/assets/load-assets.ts';

/** By the specifier that a configuration imports. */
export const ownModules: ReadonlyMap<string, object> = new Map<string, object>([
  ['cdk8s', cdk8s],
  ['cdk8s-plus-28', plus],
  ['constructs', constructs],
  ['cellwright', { ...ours, loadAssets }],
]);
