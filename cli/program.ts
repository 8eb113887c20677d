/** Every command with its words; what a command does is loaded when it is called, so that the others start fast. */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { packageVersion } from '../files/assets/package-root.ts';
import { addDoctor } from './doctor-program.ts';
import { exitCode } from './exit-code.ts';
import type { ExitCode } from './exit-code.ts';
import { explainFailure } from './failure.ts';
import { outliveReaders } from './lost-output.ts';
import { outputFormats } from './output/structured.ts';
import type { OutputFormat } from './output/structured.ts';
import { addPolicy } from './policy-program.ts';
import { line, terminal } from './terminal.ts';
import { addToken } from './token-program.ts';

const examples = (...lines: readonly string[]): string =>
  `\nExamples:\n${lines.map((text) => `  ${text}`).join('\n')}\n`;

/** Runs the command that the arguments name, and returns the exit code. */
export async function run(argv: readonly string[]): Promise<ExitCode> {
  outliveReaders(terminal);
  let code: ExitCode = exitCode.fine;
  const program = buildProgram((result) => {
    code = result;
  });
  try {
    await addCompletion(program, argv[2]);
    await program.parseAsync([...argv]);
    return code;
  } catch (error) {
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? exitCode.fine : exitCode.usage;
    }
    line(terminal.err, explainFailure(error));
    return exitCode.failed;
  }
}

/** The library that completes commands is loaded only when a shell asks; else its command is there for the help alone. */
async function addCompletion(program: Command, asked: string | undefined): Promise<void> {
  if (asked === 'completion' || asked === 'complete') {
    const { completeCommands } = await import('./commands/completion.ts');
    completeCommands(program);
  } else {
    describeCompletion(program);
  }
}

/** The words of `completion`, for the help; the library brings the command itself. */
export function describeCompletion(program: Command): void {
  program.command('completion <shell>').description('Print a completion script for bash, zsh, fish or powershell.');
}

/** The commands; `done` is told the exit code of the one that ran. */
export function buildProgram(done: (code: ExitCode) => void): Command {
  const program = new Command('cellwright')
    .description('One OpenClaw gateway per tenant on Kubernetes, with an OPA sidecar that decides every tool call.')
    .version(packageVersion())
    .showHelpAfterError('(add --help for the options of this command)')
    .exitOverride()
    .addHelpText('after', examples('cellwright init', 'cellwright synth', 'cellwright playground up'));
  for (const add of [
    addInit,
    addSynth,
    addValidate,
    addPolicy,
    addPlayground,
    addRunner,
    addStatus,
    addDoctor,
    addToken,
  ]) {
    add(program, done);
  }
  return program;
}

type Done = (code: ExitCode) => void;

function addInit(program: Command, done: Done): void {
  program
    .command('init')
    .description('Start a GitOps repository: package.json, cdk8s.yaml, main.ts, a fleet with one tenant, a CI example.')
    .argument('[folder]', 'where to put it', '.')
    .addHelpText('after', examples('cellwright init', 'cellwright init my-fleet && cd my-fleet && npm install'))
    .action(async (folder: string) => {
      const { init } = await import('./commands/init.ts');
      done(init(folder));
    });
}

function addSynth(program: Command, done: Done): void {
  program
    .command('synth')
    .description('Turn fleet/ into Kubernetes objects in dist/. Nothing is written while anything is wrong.')
    .option('--fleet <folder>', 'folder with profiles/, bundles/ and tenants/', 'fleet')
    .option('--out <folder>', 'folder to write', 'dist')
    .addOption(
      new Option('--delivery <mode>', 'spec: each tenant by its own delivery; rendered: all objects of all tenants')
        .choices(['spec', 'rendered'])
        .default('spec'),
    )
    .option('--quiet', 'do not list the files', false)
    .option('--no-cache', 'make everything anew, and remember nothing in .cellwright-cache/')
    .addHelpText('after', examples('cellwright synth', 'cellwright synth --delivery rendered --out /tmp/review'))
    .action(async ({ cache, ...options }: SynthFlags) => {
      const [{ synth }, { ownCache }] = await Promise.all([
        import('./commands/synth.ts'),
        import('./fleet/own-cache.ts'),
      ]);
      const opened = cache ? ownCache() : undefined;
      done(await synth({ ...options, ...(opened === undefined ? {} : { cache: opened }) }));
    });
}

interface SynthFlags {
  readonly fleet: string;
  readonly out: string;
  readonly delivery: 'spec' | 'rendered';
  readonly quiet: boolean;
  readonly cache: boolean;
}

function addValidate(program: Command, done: Done): void {
  program
    .command('validate')
    .description('Check a fleet, or single files of ours, without writing anything. Exit 1 when there are problems.')
    .argument('<path...>', 'a fleet folder, or YAML files and folders')
    .addOption(outputOption())
    .addHelpText('after', examples('cellwright validate fleet', 'cellwright validate fleet/tenants/acme.yaml -o json'))
    .action(async (paths: string[], { output }: { output: OutputFormat }) => {
      const { validate } = await import('./commands/validate.ts');
      done(await validate(paths, output));
    });
}

function addPlayground(program: Command, done: Done): void {
  const playground = program
    .command('playground')
    .description('A real etcd, kube-apiserver and kube-controller-manager on this machine. No node: pods never run.')
    .addHelpText(
      'after',
      examples('cellwright playground up', 'cellwright playground status', 'cellwright playground down'),
    );
  const words = {
    up: 'start it, or name the one that runs, and print the path of its kubeconfig',
    down: 'stop it and remove what it wrote',
    status: 'say whether it runs; exit 1 when it does not',
  } as const;
  for (const [name, description] of Object.entries(words) as ['up' | 'down' | 'status', string][]) {
    playground
      .command(name)
      .description(description)
      .option('--dir <folder>', 'folder of its data (default: one per user)')
      .action(async ({ dir }: { dir?: string }) => {
        const { playgroundCommand } = await import('./commands/playground.ts');
        done(await playgroundCommand(name, dir));
      });
  }
}

function addRunner(program: Command, done: Done): void {
  program
    .command('runner')
    .description(
      'Watch TenantGateways and make the cluster equal to what they ask for. In a pod: uses its ServiceAccount.',
    )
    .option('--kubeconfig <file>', 'cluster to work on; KUBECONFIG and ~/.kube/config are not read')
    .option('--context <name>', 'context of that file')
    .option('--concurrency <tenants>', 'tenants worked on at once', positive, 8)
    .option('--leader-elect <boolean>', 'take part in an election among runners', trueOrFalse, true)
    .option('--namespace <name>', 'namespace of the lease', 'cellwright-system')
    .option('--health-address <host:port>', 'where to serve /livez, /readyz and /metrics (default: not served)')
    .option('--admission-address <host:port>', 'where to answer admission reviews (default: not answered)')
    .option('--extension <file>', "a fleet's fleet.config.ts, whose extendCell this runner carries")
    .option('--log-level <level>', 'debug, info, warn or error', 'info')
    .addHelpText('after', examples('cellwright runner --kubeconfig ./kubeconfig --leader-elect=false'))
    .action(async (options: RunnerFlags) => {
      const { runner } = await import('./commands/runner.ts');
      done(await runner(options));
    });
}

/** Flags of `cellwright runner`. */
export interface RunnerFlags {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly concurrency: number;
  readonly leaderElect: boolean;
  readonly namespace: string;
  readonly healthAddress?: string;
  readonly admissionAddress?: string;
  readonly extension?: string;
  readonly logLevel: string;
}

function addStatus(program: Command, done: Done): void {
  program
    .command('status')
    .description('Show the tenants of a cluster: ready, available, version, policy, replicas, age, message.')
    .option('--kubeconfig <file>', 'cluster to ask; KUBECONFIG and ~/.kube/config are not read')
    .option('--context <name>', 'context of that file')
    .addOption(outputOption())
    .addHelpText(
      'after',
      examples('cellwright status --kubeconfig ./kubeconfig', 'cellwright status --kubeconfig ./kubeconfig -o json'),
    )
    .action(async (options: { kubeconfig?: string; context?: string; output: OutputFormat }) => {
      const { status } = await import('./commands/status.ts');
      done(await status(options));
    });
}

function outputOption(): Option {
  return new Option('-o, --output <format>', 'how to print').choices(outputFormats).default('table');
}

function positive(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) {
    throw new InvalidArgumentError('must be a whole number above 0.');
  }
  return number;
}

function trueOrFalse(text: string): boolean {
  if (text !== 'true' && text !== 'false') {
    throw new InvalidArgumentError('must be true or false.');
  }
  return text === 'true';
}
