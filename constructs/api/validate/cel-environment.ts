/** CEL as the API server offers it to schemas, as far as our rules use it. */
import { Environment } from '@marcbachmann/cel-js';
import { bytesOf } from '../../synth/quantity.ts';

/** A compiled rule. */
export type CelProgram = (variables: { readonly self: unknown; readonly oldSelf?: unknown }) => unknown;

/** An amount in the smallest unit of its kind. */
class Quantity {
  readonly amount: number;
  constructor(text: string) {
    this.amount = bytesOf(text);
  }
}

let environment: Environment | undefined;
const programs = new Map<string, CelProgram>();

/** The program of a rule; compiled at its first use, because most runs meet few kinds. */
export function celProgram(rule: string): CelProgram {
  let program = programs.get(rule);
  if (program === undefined) {
    environment ??= createEnvironment();
    program = environment.parse(rule) as CelProgram;
    programs.set(rule, program);
  }
  return program;
}

/** `quantity` is Kubernetes' own (https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-quantity-library). */
function createEnvironment(): Environment {
  return new Environment()
    .registerVariable('self', 'dyn')
    .registerVariable('oldSelf', 'dyn')
    .registerType('Quantity', Quantity)
    .registerFunction('quantity(string): Quantity', (text: string) => new Quantity(text))
    .registerFunction('Quantity.compareTo(Quantity): int', (a: Quantity, b: Quantity) =>
      BigInt(Math.sign(a.amount - b.amount)),
    );
}
