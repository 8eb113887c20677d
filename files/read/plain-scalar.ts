/**
 * Scalars without quotes that YAML readers understand differently. js-yaml reads YAML 1.2; Kubernetes reads a YAML 1.1 of
 * its own (sigs.k8s.io/yaml over go-yaml v2), where `yes` is true, `012` is ten and `1_000` a thousand.
 */

/** Where a scalar stands. */
export type ScalarRole = 'key' | 'value';

/** What is wrong with a scalar, ready to become a problem. */
export interface ScalarFault {
  readonly code: string;
  readonly message: string;
  readonly fix: string;
}

/** The words that Kubernetes takes for booleans and js-yaml for text. */
const kubernetesBooleans: Readonly<Record<string, boolean>> = {
  ...Object.fromEntries(['y', 'Y', 'yes', 'Yes', 'YES', 'on', 'On', 'ON'].map((word) => [word, true])),
  ...Object.fromEntries(['n', 'N', 'no', 'No', 'NO', 'off', 'Off', 'OFF'].map((word) => [word, false])),
};

const commonWord = /^(?:|~|null|Null|NULL|true|True|TRUE|false|False|FALSE)$/;
const notFinite = /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
const jsonNumber = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?$/;
/** Integers and floats of YAML 1.1, 1.2 and Go, after underscores are gone. */
const someNumber =
  /^[-+]?(?:0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)$/;
/** Base 60, as YAML 1.1 has it: `1:30` is ninety. */
const sexagesimal = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;

/** What is wrong with a plain scalar, given as its text on one line; undefined when all readers agree on it. */
export function plainScalarFault(text: string, role: ScalarRole): ScalarFault | undefined {
  if (text === '<<') {
    return mergeFault;
  }
  if (Object.hasOwn(kubernetesBooleans, text)) {
    return wordFault(text, role);
  }
  if (commonWord.test(text)) {
    return role === 'key' ? keyFault(text) : undefined;
  }
  if (notFinite.test(text)) {
    return ambiguous(
      `${text} is a number that JSON cannot carry`,
      `write ${JSON.stringify(text)} if you mean the text`,
    );
  }
  return someNumber.test(text.replaceAll('_', '')) || sexagesimal.test(text) ? numberFault(text, role) : undefined;
}

/**
 * Whether a scalar that starts with this character needs a look: everything that {@link plainScalarFault} can object to
 * starts with one of these.
 */
export const suspectFirst: readonly boolean[] = Array.from({ length: 128 }, (_, code) =>
  'yYnNtTfFoO0123456789+-.~<_'.includes(String.fromCharCode(code)),
);

const mergeFault: ScalarFault = {
  code: 'yaml.merge-key',
  message: 'merge keys (<<) are read by some YAML readers only',
  fix: 'write the members out',
};

function wordFault(text: string, role: ScalarRole): ScalarFault {
  const read = String(kubernetesBooleans[text]);
  const quoted = JSON.stringify(text);
  return ambiguous(
    `${text} without quotes is ${read} to Kubernetes and a text to other YAML readers`,
    role === 'key' ? `write ${quoted}` : `write ${quoted} for the text, or ${read}`,
  );
}

function numberFault(text: string, role: ScalarRole): ScalarFault | undefined {
  const quoted = JSON.stringify(text);
  if (!jsonNumber.test(text) || Object.is(Number(text), -0)) {
    return ambiguous(
      `${text} without quotes is not the same to all YAML readers`,
      role === 'key' ? `write ${quoted}` : `write ${quoted} for the text, or the number in plain decimal digits`,
    );
  }
  if (text.includes('.')) {
    return role === 'key' ? keyFault(text) : undefined;
  }
  return Number.isSafeInteger(Number(text))
    ? undefined
    : {
        code: 'yaml.inexact-number',
        message: `${text} has more digits than a number keeps, it would become ${Number(text)}`,
        fix: `write ${quoted}`,
      };
}

function keyFault(text: string): ScalarFault {
  return {
    code: 'yaml.key-type',
    message: text === '' ? 'a key is missing' : `${text} as a key is no text`,
    fix: `write ${JSON.stringify(text)}`,
  };
}

function ambiguous(message: string, fix: string): ScalarFault {
  return { code: 'yaml.ambiguous', message, fix };
}
