/** The words of `cellwright token`. */
import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import type { TokenRotateOptions } from './commands/token-rotate.ts';
import type { ExitCode } from './exit-code.ts';
import { outputFormats } from './output/structured.ts';

/** Adds the commands to a program; each is loaded when it is called. */
export function addToken(program: Command, done: (code: ExitCode) => void): void {
  const token = program
    .command('token')
    .description('Work with the gateway tokens that the runner makes. No command prints a token.')
    .addHelpText('after', '\nExamples:\n  cellwright token rotate acme --kubeconfig ./kubeconfig\n');
  token
    .command('rotate')
    .description('Give a Managed tenant a new gateway token: the pods roll once, then the old Secret is deleted.')
    .argument('<tenant>', 'a tenant without spec.access.tokenSecretRef')
    .option('--kubeconfig <file>', 'cluster to work on; KUBECONFIG and ~/.kube/config are not read')
    .option('--context <name>', 'context of that file')
    .option('--timeout <duration>', 'how long to wait until the pods have it, such as 90s or 10m', durationMs, 600_000)
    .addOption(new Option('-o, --output <format>', 'how to print').choices(outputFormats).default('table'))
    .addHelpText(
      'after',
      '\nWorks with your own rights: get and patch on tenantgateways; list and delete on secrets of the tenant’s namespace.\n' +
        'Without the last two the token is rotated all the same, and the old Secret is named with the command that deletes it.\n' +
        'The runner alone makes the token, and never reads one.\n\n' +
        'Exit code 2: no such tenant, or one whose token the runner does not make or cannot replace now; 3: not finished in\n' +
        'time, or the old Secret is still there.\n\nExamples:\n' +
        '  cellwright token rotate acme --kubeconfig ./kubeconfig\n' +
        '  cellwright token rotate acme --kubeconfig ./kubeconfig --timeout 15m -o json\n',
    )
    .action(async (tenant: string, options: TokenRotateOptions) => {
      const { tokenRotate } = await import('./commands/token-rotate.ts');
      done(await tokenRotate(tenant, options));
    });
}

const unitsMs = { s: 1000, m: 60_000, h: 3_600_000 } as const;

function durationMs(text: string): number {
  if (!/^([0-9]{1,6}[smh]){1,3}$/.test(text))
    throw new InvalidArgumentError('must be a time such as 90s, 10m or 1h30m.');
  return [...text.matchAll(/([0-9]+)([smh])/g)].reduce(
    (sum, [, number, unit]) => sum + Number(number) * unitsMs[unit as keyof typeof unitsMs],
    0,
  );
}
