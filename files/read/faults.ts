/** The careful check of a document's tree: everything that YAML readers could understand differently, with its path. */
import { formatPath } from '../../constructs/api/field-path.ts';
import type { PathStep } from '../../constructs/api/field-path.ts';
import type { Problem } from '../../constructs/api/problem.ts';
import { plainScalarFault } from './plain-scalar.ts';
import type { ScalarFault, ScalarRole } from './plain-scalar.ts';
import type { AliasNode, MappingNode, ScalarNode, SourceNode } from './source-tree.ts';

/** A problem at an offset of the text. */
export interface Fault extends Problem {
  readonly offset: number;
}

/** More nodes than any object of ours has; aliases of aliases make billions out of a few lines. */
const mostNodes = 20_000;

/** Every fault of a document. */
export function documentFaults(root: SourceNode): Fault[] {
  const check: Check = { faults: [], anchors: new Map(), open: new Set(), nodes: 0 };
  visit(check, { node: root, path: [] });
  if (check.nodes > mostNodes) {
    report(
      check,
      { node: root, path: [] },
      {
        code: 'yaml.alias-expansion',
        message: `with its aliases (*name) written out the document has more than ${mostNodes} nodes`,
        fix: 'write the values out, or split the document',
      },
    );
  }
  return check.faults;
}

interface Check {
  readonly faults: Fault[];
  /** Nodes below each anchor, aliases written out. */
  readonly anchors: Map<string, number>;
  /** Anchors whose node is not closed yet. */
  readonly open: Set<string>;
  nodes: number;
}

/** A node and the path to it. */
interface Spot<Node extends SourceNode = SourceNode> {
  readonly node: Node;
  readonly path: readonly PathStep[];
}

function visit(check: Check, { node, path }: Spot): void {
  const before = check.nodes;
  const { anchor } = node;
  check.nodes += 1;
  if (anchor !== undefined) {
    check.open.add(anchor);
  }
  if (node.tagged) {
    report(check, { node, path }, tagFault);
  } else {
    visitContent(check, { node, path });
  }
  if (anchor !== undefined) {
    check.open.delete(anchor);
    check.anchors.set(anchor, check.nodes - before);
  }
}

const tagFault: ScalarFault = {
  code: 'yaml.tag',
  message: 'Kubernetes objects have no YAML tags (!name)',
  fix: 'remove the tag, and quote the value if it is a text',
};

function visitContent(check: Check, { node, path }: Spot): void {
  switch (node.kind) {
    case 'scalar':
      visitScalar(check, { node, path }, 'value');
      break;
    case 'sequence':
      node.items.forEach((item, index) => visit(check, { node: item, path: [...path, index] }));
      break;
    case 'mapping':
      visitMembers(check, { node, path });
      break;
    case 'alias':
      visitAlias(check, { node, path });
  }
}

function visitAlias(check: Check, spot: Spot<AliasNode>): void {
  const { name } = spot.node;
  const size = check.anchors.get(name);
  if (check.open.has(name)) {
    const message = `*${name} stands inside the value that it repeats`;
    report(check, spot, { code: 'yaml.alias-cycle', message, fix: 'write the value out' });
  } else if (size === undefined) {
    const fix = `put &${name} in front of the value to repeat, or the text in quotes if it is one`;
    report(check, spot, { code: 'yaml.alias-unknown', message: `there is no &${name} before *${name}`, fix });
  } else {
    check.nodes += size;
  }
}

function visitScalar(check: Check, spot: Spot<ScalarNode>, role: ScalarRole): void {
  const fault = spot.node.plain ? plainScalarFault(spot.node.text, role) : undefined;
  if (fault) {
    report(check, spot, fault);
  }
}

const complexKeyFault: ScalarFault = {
  code: 'yaml.complex-key',
  message: 'a key must be a text',
  fix: 'write a plain or quoted word',
};

function visitMembers(check: Check, { node, path }: Spot<MappingNode>): void {
  const seen = new Set<string>();
  for (const { key, value } of node.members) {
    if (key.kind !== 'scalar' || key.tagged) {
      report(check, { node: key, path }, complexKeyFault);
      continue;
    }
    const spot = { node: key, path: [...path, key.text] };
    visitScalar(check, spot, 'key');
    if (seen.has(key.text)) {
      const message = `${JSON.stringify(key.text)} stands there twice`;
      report(check, spot, { code: 'yaml.duplicate-key', message, fix: 'remove one of the two' });
    }
    seen.add(key.text);
    visit(check, { node: value, path: spot.path });
  }
}

function report(check: Check, { node, path }: Spot, fault: ScalarFault): void {
  check.faults.push({ ...fault, path: formatPath(path), offset: node.offset });
}
