/** The words of `cellwright policy`. */
import { Option } from 'commander';
import type { Command } from 'commander';
import type { ExplainOptions } from './commands/policy-explain.ts';
import type { ExitCode } from './exit-code.ts';
import { outputFormats } from './output/structured.ts';
import type { OutputFormat } from './output/structured.ts';

type Done = (code: ExitCode) => void;

const fleetOption = ['--fleet <folder>', 'folder with profiles/, bundles/ and tenants/', 'fleet'] as const;

/** Adds the commands to a program; each is loaded when it is called. */
export function addPolicy(program: Command, done: Done): void {
  const policy = program
    .command('policy')
    .description('Ask, test and compare the policy of a fleet, decided by the real opa as in the cells.')
    .addHelpText(
      'after',
      '\nExamples:\n  cellwright policy explain --tenant acme-support --tool exec\n  cellwright policy test\n' +
        '  kubectl logs -n tenant-acme-support gateway-0 -c opa | cellwright policy replay -\n',
    );
  addExplain(policy, done);
  addTest(policy, done);
  addReplay(policy, done);
}

function addExplain(policy: Command, done: Done): void {
  policy
    .command('explain')
    .description('Show which level of policy says what of one question, and what Audit bundles would say.')
    .requiredOption('--tenant <name>', 'whose policy decides')
    .option('--tool <name>', 'ask about a call of this tool')
    .option('--model <provider/model>', 'ask about a run on this model')
    .option('--kind <kind>', 'ask about a tool, model, inbound or outbound message, or agent, with the next four')
    .option('--name <name>', 'tool, provider/model, channel:id that a message goes to, or agent')
    .option('--channel <channel>', 'channel of the message, or of who asks')
    .option('--requester <channel:id>', 'who asks')
    .option('--agent <id>', 'agent that calls')
    .option('--input <file>', 'ask the question in this YAML or JSON file, - for standard input')
    .option(...fleetOption)
    .addOption(outputOption())
    .addHelpText(
      'after',
      '\nExit code 0: allowed, maybe with approval; 1: denied, also where a rule cannot be evaluated, as a cell denies then;\n' +
        '2: no such question or tenant; 3: the fleet has problems, or opa could not be run.\n' +
        'A file can also say session, owner, trigger and params (a mapping).\n\nExamples:\n' +
        '  cellwright policy explain --tenant acme-support --tool exec\n' +
        '  cellwright policy explain --tenant acme-support --kind inbound --channel telegram --requester telegram:1002\n' +
        '  echo \'{"kind": "tool", "name": "web_fetch", "params": {"url": "https://example.com"}}\' |\n' +
        '    cellwright policy explain --tenant acme-support --input -\n',
    )
    .action(async (options: ExplainOptions) => {
      const { policyExplain } = await import('./commands/policy-explain.ts');
      done(await policyExplain(options));
    });
}

function addTest(policy: Command, done: Done): void {
  policy
    .command('test')
    .description('Run tables of cases (*.cases.yaml) and Rego tests (*_test.rego). Exit 1 when one fails.')
    .argument('[path...]', 'files, or folders to look through (default: tests/ in the fleet)')
    .option(...fleetOption)
    .addOption(outputOption())
    .addHelpText(
      'after',
      '\nA file of cases is a list:\n  - tenant: acme-support\n    tool: exec        # or model: NAME, or question: {kind: inbound, channel: telegram, ...}\n' +
        '    expect: deny      # or allow, approve\n    because: tools.deny "exec"   # optional: part of a reason\n\n' +
        'Rego tests see the library, the Rego of bundles as data.cellwright_bundles.NAME, and the policies of tenants that\n' +
        'they name as data.cellwright_tenants.NAME, to be used as "with data.policy as ...".\n\n' +
        'Exit code 1: a test failed; 2: a test is not written as it should be; 3: the fleet has problems.\n\nExamples:\n' +
        '  cellwright policy test\n  cellwright policy test fleet/tests/baseline.cases.yaml -o json\n',
    )
    .action(async (paths: string[], options: { fleet: string; output: OutputFormat }) => {
      const { policyTest } = await import('./commands/policy-test.ts');
      done(await policyTest(paths, options));
    });
}

function addReplay(policy: Command, done: Done): void {
  policy
    .command('replay')
    .description('Decide recorded questions again under the fleet as it is now. Exit 1 when an answer would change.')
    .argument('<log...>', 'decision logs of OPA, one JSON object a line; - for standard input')
    .option('--enforce <bundle>', 'take this Audit bundle as if it decided (repeatable)', collect, [])
    .option(...fleetOption)
    .addOption(outputOption())
    .addHelpText(
      'after',
      '\nOther lines of a log are passed over, and so is what stands before the first brace of a line. Grants hold or not as\n' +
        'of now. Parameters that the log masks and people that it hashes are counted where a rule looks at them.\n\n' +
        'Exit code 0: no answer would change; 1: some would; 2: no such log or bundle, or nothing was decided again (an empty\n' +
        'log, that of another container, unknown tenants only); 3: the fleet has problems.\n\nExamples:\n' +
        '  kubectl logs -n tenant-acme-support gateway-0 -c opa | cellwright policy replay -\n' +
        '  cellwright policy replay decisions.jsonl --enforce acme-trial\n',
    )
    .action(async (logs: string[], options: { enforce: string[]; fleet: string; output: OutputFormat }) => {
      const { policyReplay } = await import('./commands/policy-replay.ts');
      done(await policyReplay(logs, options));
    });
}

function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}

function outputOption(): Option {
  return new Option('-o, --output <format>', 'how to print').choices(outputFormats).default('table');
}
