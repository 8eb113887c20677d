/** The words of `cellwright doctor`. */
import { Option } from 'commander';
import type { Command } from 'commander';
import type { DoctorOptions } from './commands/doctor.ts';
import type { ExitCode } from './exit-code.ts';
import { outputFormats } from './output/structured.ts';

/** Adds the command to a program; what it does is loaded when it is called. */
export function addDoctor(program: Command, done: (code: ExitCode) => void): void {
  program
    .command('doctor')
    .description('Audit a cluster without changing it: every wall of every tenant there and as it should be.')
    .argument('[tenant]', 'look at the platform and this tenant alone')
    .option('--kubeconfig <file>', 'cluster to audit; KUBECONFIG and ~/.kube/config are not read')
    .option('--context <name>', 'context of that file')
    .option('--extension <file>', "a fleet's fleet.config.ts: how the platform is installed, and its extendCell")
    .addOption(new Option('-o, --output <format>', 'how to print').choices(outputFormats).default('table'))
    .addHelpText(
      'after',
      '\nOnly gets and lists, and never a Secret. Exit code 0: nothing found, or nothing above info; 1: findings; 3: something\n' +
        'could not be looked at, and is named under "not checked" with the right that is missing.\n\nExamples:\n' +
        '  cellwright doctor --kubeconfig ./kubeconfig\n' +
        '  cellwright doctor acme --kubeconfig ./kubeconfig --extension fleet/fleet.config.ts -o json\n',
    )
    .action(async (tenant: string | undefined, options: DoctorOptions) => {
      const { doctor } = await import('./commands/doctor.ts');
      done(await doctor(tenant, options));
    });
}
