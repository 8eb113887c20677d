/** Codes about programs that Cellwright starts; see error-codes.ts. */
import type { CodeFamily } from './error-codes.ts';

/** The families in the order in which somebody meets them. */
export const programCodes: readonly CodeFamily[] = [
  {
    family: 'playground',
    about: 'The playground.',
    codes: {
      binaries: [
        'A program of the control plane is nowhere and cannot be made.',
        'Install Go, or set `KUBEBUILDER_ASSETS`.',
      ],
      build: ['Go could not build a program.', 'See its output in the message.'],
      folder: ['The folder that was named holds something else.', 'Name an empty one.'],
      running: ['A playground runs in that folder already.', 'Use it, or end it with `cellwright playground down`.'],
      start: ['The control plane did not come up.', 'See the last lines of its logs in the message.'],
      port: ['No free port was found.', 'End what listens there.'],
      exited: ['A program of a running control plane ended by itself.', 'See its log.'],
      state: ['The record of a playground cannot be read.', 'Remove the folder that is named.'],
      package: ['Files of this package are missing.', 'Install it again.'],
    },
  },
  {
    family: 'opa',
    about: 'The opa program, which is needed where a bundle has `rego`.',
    codes: {
      missing: ['There is no opa.', 'Install it, or set `OPA_BIN`.'],
      outdated: ['The opa that was found is too old.', 'Install a newer one.'],
      build: ['Go could not build opa.', 'See its output in the message.'],
      timeout: ['opa took too long.', 'Make the Rego simpler.'],
      aborted: ['opa was stopped.', 'Run the command again.'],
      output: ['opa printed far more than expected.', 'Make the Rego simpler.'],
      memory: ['opa took more memory than a bundle may.', 'Make the Rego simpler.'],
      failed: ['opa ended with an error that names no rule.', 'See its output in the message.'],
    },
  },
];
