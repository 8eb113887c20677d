/** docs/reference/cli.md: the help of every command, from the program itself. */
import type { Command } from 'commander';
import { buildProgram, describeCompletion } from '../cli/program.ts';
import type { GeneratedFile } from './generated-file.ts';

const head = `# Command line

Generated from \`cli/program.ts\` by \`npm run generate\`; do not edit.

Exit codes of every command:

| code | meaning |
|---|---|
| 0 | done, nothing to say |
| 1 | done; there are findings or differences |
| 2 | not called as it is meant |
| 3 | could not finish: no permission, no connection, a missing program |

Results go to standard output, progress and problems to standard error. Colour is used on a terminal only, and never under
\`NO_COLOR\`.
`;

/** The page. */
export function generateCli(): GeneratedFile[] {
  const program = buildProgram(() => undefined);
  describeCompletion(program);
  const pages = commandsBelow(program, []).map(({ path, command }) => {
    const text = command.configureHelp({ helpWidth: 110 }).createHelp().formatHelp(command, helpOf(command));
    return `## ${path.join(' ')}\n\n\`\`\`text\n${text.trimEnd()}\n\`\`\`\n`;
  });
  return [{ path: 'docs/reference/cli.md', text: [head, ...pages].join('\n') }];
}

function commandsBelow(command: Command, above: readonly string[]): { path: readonly string[]; command: Command }[] {
  const path = [...above, command.name()];
  return [{ path, command }, ...command.commands.flatMap((child) => commandsBelow(child, path))];
}

function helpOf(command: Command): ReturnType<Command['createHelp']> {
  return Object.assign(command.createHelp(), { helpWidth: 110 });
}
